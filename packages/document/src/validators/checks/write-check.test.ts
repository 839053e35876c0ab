import { readFileSync } from 'node:fs';
import * as helpers from '@nexconn-kit/contract/validator';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject, Schema } from '../../json/types.js';
import type { Reading } from '../reading.js';
import { createCheckWriter } from './write-check.js';

interface Vector {
  readonly name: string;
  readonly schema: Schema;
  readonly valid: readonly Json[];
  readonly invalid: readonly Json[];
}

const file = new URL('../../../../../spec/vectors/json-schema.json', import.meta.url);
const document = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] };

/** Returns what is wrong with a value by the schema at a pointer, as messages. */
function messagesOf(root: object, pointer: string, value: unknown, reading: Reading = 'request'): string[] {
  const writer = createCheckWriter(root as JsonObject);
  const schema = pointer
    .slice(2)
    .split('/')
    .reduce((node: unknown, key) => Reflect.get(node as object, key), root);
  const name = writer.add(schema as Schema, pointer, reading);
  expect(writer.problemsOf(name)).toEqual([]);
  const { code, nameOf } = writer.finish([name]);
  const check = new Function(...Object.keys(helpers), `${code('javascript')}\nreturn ${nameOf(name)};`)(
    ...Object.values(helpers),
  ) as helpers.Check;
  return helpers
    .createValidator(
      check,
      true,
      helpers.sentences,
    )(value)
    .map(({ message }) => message);
}

describe.each(document.vectors.map((vector, index) => ({ ...vector, pointer: `#/vectors/${index}/schema` })))(
  'a vector of spec/vectors: $name',
  ({ pointer, valid, invalid }) => {
    it('takes what fits, and refuses what does not', () => {
      for (const value of valid) expect(messagesOf(document, pointer, value)).toEqual([]);
      for (const value of invalid) expect(messagesOf(document, pointer, value)).not.toEqual([]);
    });
  },
);

describe('a value that fits none of several shapes', () => {
  const card = {
    type: 'object',
    required: ['kind', 'number'],
    properties: { kind: { const: 'card' }, number: { type: 'string', maxLength: 4 } },
  };
  const iban = {
    type: 'object',
    required: ['kind', 'iban'],
    properties: { kind: { const: 'iban' }, iban: { type: 'string' } },
  };
  const oneOf = [{ $ref: '#/schemas/Card' }, { $ref: '#/schemas/Iban' }];
  const discriminator = { propertyName: 'kind', mapping: { card: '#/schemas/Card', iban: 'Iban' } };
  const root = {
    schemas: {
      Card: card,
      Iban: iban,
      Any: { properties: { pay: { oneOf } } },
      Told: { properties: { pay: { discriminator, oneOf } } },
      Both: {
        properties: { pay: { oneOf: [{ title: 'A', minimum: 1 }, { title: 'B', minimum: 2 }, { maximum: 0 }] } },
      },
    },
  };
  const one = 'pay must fit exactly one of the documented shapes.';

  it.each<[claim: string, schema: string, value: unknown, message: string]>([
    [
      'is told what the shape of its discriminator has against it',
      'Told',
      { kind: 'iban', number: '12345' },
      `${one} The nearest is Iban: pay.iban is missing; it is required.`,
    ],
    [
      'is told which values its discriminator may have',
      'Told',
      { kind: 'cash' },
      `${one} pay.kind must be one of "card", "iban".`,
    ],
    [
      'is told what the nearest shape has against it, of which another kind is far',
      'Any',
      { kind: 'card', number: '12345' },
      `${one} The nearest is Card: pay.number is 5 characters long; at most 4 are allowed.`,
    ],
    ['is told of its type', 'Any', 7, `${one} The nearest is Card: pay is of type number; it must be of type object.`],
    ['is told which it fits', 'Both', 3, `${one} It fits A and B.`],
    [
      'is told what the first without a name has against it',
      'Both',
      0.5,
      `${one} The nearest is A: pay is below the minimum of 1.`,
    ],
  ])('%s', (_, schema, pay, message) => {
    expect(messagesOf(root, `#/schemas/${schema}`, { pay })).toEqual([message]);
  });
});

describe('schemas that lead back to themselves', () => {
  const root = {
    schemas: {
      Pet: {
        required: ['kind'],
        properties: { kind: { type: 'string' } },
        oneOf: [{ $ref: '#/schemas/Cat' }, { $ref: '#/schemas/Dog' }],
      },
      Cat: { allOf: [{ $ref: '#/schemas/Pet' }, { properties: { kind: { const: 'cat' } } }] },
      Dog: { allOf: [{ $ref: '#/schemas/Pet' }, { properties: { kind: { const: 'dog' } } }] },
      Loop: { $ref: '#/schemas/Pool' },
      Pool: { $ref: '#/schemas/Loop' },
    },
  };

  it('are checked once on the way', () => {
    expect(messagesOf(root, '#/schemas/Pet', { kind: 'cat' })).toEqual([]);
    expect(messagesOf(root, '#/schemas/Cat', { kind: 'cat' })).toEqual([]);
    expect(messagesOf(root, '#/schemas/Cat', {})).toEqual(['kind is missing; it is required.']);
    expect(messagesOf(root, '#/schemas/Pet', { kind: 'cow' })).toHaveLength(1);
  });

  it('take anything where there is nothing else to them', () => {
    expect(messagesOf(root, '#/schemas/Loop', 1)).toEqual([]);
  });
});

describe('a value that is nested without an end', () => {
  const value = { $ref: '#/schemas/Value' };
  const oneOf = [{ type: 'string' }, { type: 'array', items: value }, { type: 'object', additionalProperties: value }];
  const root = {
    schemas: { Value: { oneOf }, Node: { type: 'object', properties: { child: { $ref: '#/schemas/Node' } } } },
  };
  const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown => {
    let result: unknown = 7;
    for (let count = 0; count < depth; count += 1) result = wrap(result);
    return result;
  };

  it('is told of the outer choices alone, in a message that does not grow with it', () => {
    const messages = messagesOf(
      root,
      '#/schemas/Value',
      nested(300, (inner) => [inner]),
    );
    expect(messages).toHaveLength(1);
    expect(messages[0]?.length).toBeLessThan(400);
  });

  it('is refused where the stack has no room for it', () => {
    for (const [schema, wrap] of [
      ['Value', (inner: unknown) => [inner]],
      ['Node', (child: unknown) => ({ child })],
    ] as const) {
      expect(messagesOf(root, `#/schemas/${schema}`, nested(200_000, wrap))).toEqual([
        'The body is nested too deeply.',
      ]);
    }
  });
});

describe('a schema of results', () => {
  const root = {
    schemas: {
      Thing: {
        required: ['id', 'secret'],
        properties: { id: { type: 'string', readOnly: true }, secret: { type: 'string', writeOnly: true } },
        additionalProperties: false,
      },
      Plain: { type: 'object', properties: { a: { type: 'string', maxLength: 1 } } },
    },
  };

  it('asks for nothing that only requests have, and takes fields that it does not know', () => {
    expect(messagesOf(root, '#/schemas/Thing', { id: 'a', more: 1 }, 'result')).toEqual([]);
    expect(messagesOf(root, '#/schemas/Thing', {}, 'result')).toEqual(['id is missing; it is required.']);
  });

  it('asks for nothing in requests that only results have', () => {
    expect(messagesOf(root, '#/schemas/Thing', { secret: 'a' })).toEqual([]);
    expect(messagesOf(root, '#/schemas/Thing', { secret: 'a', more: 1 })).toEqual([
      'more is not a known field; leave it out.',
    ]);
  });

  it('asks neither side for what only the other has, whichever part of the schema demands it', () => {
    const marks = { id: { readOnly: true }, secret: { allOf: [{ type: 'string', writeOnly: true }] } };
    const names = ['id', 'secret'];
    const parts = {
      schemas: {
        Marks: { properties: marks },
        Names: { required: names },
        Apart: { allOf: [{ $ref: '#/schemas/Marks' }, { $ref: '#/schemas/Names' }] },
        Beside: { properties: marks, allOf: [{ required: names }] },
        Within: { required: names, allOf: [{ allOf: [{ $ref: '#/schemas/Marks' }] }] },
        Tree: { properties: { ...marks, next: { $ref: '#/schemas/Tree' } }, $ref: '#/schemas/Names' },
      },
    };
    for (const name of ['Apart', 'Beside', 'Within', 'Tree']) {
      expect(messagesOf(parts, `#/schemas/${name}`, { secret: 'a' })).toEqual([]);
      expect(messagesOf(parts, `#/schemas/${name}`, { id: 1 }, 'result')).toEqual([]);
      expect(messagesOf(parts, `#/schemas/${name}`, {})).toEqual(['secret is missing; it is required.']);
      expect(messagesOf(parts, `#/schemas/${name}`, {}, 'result')).toEqual(['id is missing; it is required.']);
    }
    expect(messagesOf(parts, '#/schemas/Tree', { secret: 'a', next: {} })).toEqual([
      'next.secret is missing; it is required.',
    ]);
    expect(messagesOf(parts, '#/schemas/Names', {})).toHaveLength(2);
  });

  it('is one function with the same in requests, where both ask the same', () => {
    const writer = createCheckWriter(root);
    expect(writer.add(root.schemas.Plain, '#/schemas/Plain', 'result')).toBe(
      writer.add(root.schemas.Plain, '#/schemas/Plain', 'request'),
    );
    expect(writer.add(root.schemas.Thing, '#/schemas/Thing', 'result')).not.toBe(
      writer.add(root.schemas.Thing, '#/schemas/Thing', 'request'),
    );
  });
});

it.each<[schema: JsonObject, pointer: string, message: RegExp]>([
  [{ maxLength: -1 }, '/maxLength', /maxLength must be a whole number from 0/],
  [{ maxLength: '1); process.exit(' }, '/maxLength', /whole number/],
  [{ minimum: '1' }, '/minimum', /minimum must be a number/],
  [{ multipleOf: 0 }, '/multipleOf', /above 0/],
  [{ type: 'text' }, '/type', /one of null, boolean/],
  [{ type: ['string', 'any'] }, '/type', /or a list of them/],
  [{ required: 'a' }, '/required', /a list of names/],
  [{ enum: 'a' }, '/enum', /a list of values/],
  [{ properties: { a: 1 } }, '/properties', /a map from names to schemas/],
  [{ items: [{}] }, '/items', /an object, true or false/],
  [{ anyOf: {} }, '/anyOf', /a list of schemas/],
  [{ patternProperties: { '(': {} } }, '/patternProperties/(', /Invalid regular expression/],
])('%j is no schema, which is said at %s', (schema, pointer, message) => {
  const writer = createCheckWriter({ a: schema });
  const name = writer.add(schema, '#/a', 'request');
  expect(writer.problemsOf(name)).toEqual([{ pointer: `#/a${pointer}`, message: expect.stringMatching(message) }]);
});

it('what is wrong is told of all that comes to it, and only that is in the code which is asked for', () => {
  const root = {
    wrong: { properties: { a: { $ref: '#/inner' } } },
    inner: { anyOf: [{ type: 'string' }, { minLength: 'a' }], pattern: 'only of the wrong' },
    shared: { maxLength: 3 },
    right: { properties: { a: { $ref: '#/shared' } } },
  };
  const writer = createCheckWriter(root as JsonObject);
  const wrong = writer.add(root.wrong as Schema, '#/wrong', 'request');
  const right = writer.add(root.right as Schema, '#/right', 'request');
  expect(writer.problemsOf(wrong)).toMatchObject([{ pointer: '#/inner/anyOf/1/minLength' }]);
  expect(writer.problemsOf(right)).toEqual([]);
  const { code, keywords } = writer.finish([right]);
  expect(code('javascript')).toContain(`function ${right}(`);
  expect(code('javascript')).not.toContain('only of the wrong');
  expect([...keywords]).toEqual(['maxLength']);
});

it('takes a regular expression that Unicode mode refuses', () => {
  expect(messagesOf({ a: { pattern: '^[\\w-.]+$' } }, '#/a', 'a-b.c')).toEqual([]);
  expect(messagesOf({ a: { pattern: '^[\\w-.]+$' } }, '#/a', 'a b')).toHaveLength(1);
});

it('says names and values of a document as text, whatever stands in them', () => {
  const name = "a'\\\n`\u2028*/ + 'b";
  const schema = { properties: { [name]: { enum: [name, { [name]: 1 }], pattern: "'" } }, required: [name] };
  expect(messagesOf({ a: schema }, '#/a', {})).toEqual([`${name} is missing; it is required.`]);
  expect(messagesOf({ a: schema }, '#/a', { [name]: 'c' })).toHaveLength(2);
  expect(messagesOf({ a: schema }, '#/a', { [name]: name })).toEqual([]);
});

it('TypeScript knows of what a check takes note', () => {
  const writer = createCheckWriter({ a: { unevaluatedProperties: false } });
  const name = writer.add({ unevaluatedProperties: false }, '#/a', 'request');
  const { code } = writer.finish([name]);
  expect(code('typescript')).toContain(' = new Set<string | number>();\n');
  expect(code('javascript')).toContain(' = new Set();\n');
});
