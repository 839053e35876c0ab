import { expect, test } from 'vitest';
import { Expression, table } from './literal.js';
import { declareParts, shareParts } from './shared-parts.js';

const schema = { type: 'object', properties: { name: { type: 'string', minLength: 1, maxLength: 64 } } };
const parameters = [
  { name: 'id', in: 'path', required: true, schema: { type: 'string', maxLength: 36, minLength: 1 } },
];

/** Returns what the code makes as it runs. */
function run(code: string, value: object, names: Readonly<Record<string, unknown>> = {}): unknown {
  return new Function(...Object.keys(names), `${code}return ${table(value, '')};`)(...Object.values(names));
}

test('a value that is written with shared parts is the value', () => {
  const value = {
    a: { parameters, b: [schema, { inner: schema }] },
    c: { parameters, d: { parameters } },
    e: {},
    f: [],
  };
  const shared = shareParts(value);
  expect(shared.parts.map(({ name }) => name)).toEqual(['aParametersPart', 'b0Part']);
  expect(run(declareParts(shared, ''), shared.value)).toEqual(value);
});

test('what is in a shared part alone is no part of its own, and what is short stays in place', () => {
  const outer = { parameters, schema };
  const { parts, value } = shareParts({ first: outer, second: outer, third: { short: [1] }, fourth: { short: [1] } });
  expect(parts).toEqual([{ name: 'firstPart', value: outer }]);
  expect(value).toMatchObject({ third: { short: [1] } });
});

test('a part that stands in another part too is declared before it', () => {
  const outer = { schema, more: parameters };
  const value = { first: { outer, a: 1 }, second: { outer, b: 1 }, third: schema };
  const shared = shareParts(value);
  expect(shared.parts.map(({ name }) => name)).toEqual(['outerSchemaPart', 'firstOuterPart']);
  expect(run(declareParts(shared, ''), shared.value)).toEqual(value);
});

test('functions stay what they are, and lists are no objects with the same keys', () => {
  const write = new Expression('write');
  const list = ['some text that is long enough', 'another text that is long enough', write];
  const shared = shareParts({ a: list, b: list, c: { ...list } });
  const made = run(declareParts(shared, ''), shared.value, { write: 'written' });
  const expected = [...list.slice(0, 2), 'written'];
  expect(made).toEqual({ a: expected, b: expected, c: { ...expected } });
});
