import type { Validator } from '@nexconn-kit/contract';
import { describe, expect, it } from 'vitest';
import { makeScratchDocument } from '../../test/support/scratch-document.js';
import { loadDocument } from '../index.js';

/** Returns the validator of a body whose field `text` has this schema, in YAML. */
async function validatorOf(schema: string): Promise<Validator> {
  await using scratch = await makeScratchDocument();
  await scratch.write('schemas/Thing.yaml', `type: object\nproperties:\n  text: ${schema}\n`);
  const { validators } = await loadDocument(scratch.path);
  return validators.first as Validator;
}

describe.each<[claim: string, schema: string, valid: unknown, invalid: unknown, keywords: string[]]>([
  ['enum beside a length', '{type: string, enum: [a, long], maxLength: 3}', 'a', 'long', ['maxLength']],
  ['enum beside a byte limit', '{enum: [a, éé], x-max-bytes: 3}', 'a', 'éé', ['x-max-bytes']],
  ['a keyword of another type', '{type: integer, maxLength: 3}', 4711, 'text', ['type']],
  ['a keyword of no type', '{minimum: 3}', 'any', 2, ['minimum']],
  [
    'a keyword that the standard does not know',
    '{type: string, maximumLength: 1, nullable: true}',
    'ab',
    null,
    ['type'],
  ],
  ['a format that is only an annotation', '{type: integer, format: int64}', 1, '1', ['type']],
  [
    'a whole number that a number keeps exactly',
    '{type: [integer, string], format: int64, maximum: 9223372036854775807}',
    2 ** 53 - 1,
    2 ** 53,
    ['maximum'],
  ],
  ['the least of them', '{type: integer, format: int64}', -(2 ** 53) + 1, -(2 ** 53), ['minimum']],
  ['a limit of a document that is closer', '{type: integer, format: int64, minimum: 1}', 1, 0, ['minimum']],
  ['alternatives that take anything', '{anyOf: [{}, {}], type: string}', 'a', 1, ['type']],
  [
    'alternatives that are told as one',
    '{oneOf: [{type: string, maxLength: 2}, {type: integer}]}',
    'ab',
    'abc',
    ['oneOf'],
  ],
  ['alternatives of names', '{propertyNames: {maxLength: 1}}', { a: 1 }, { ab: 1 }, ['propertyNames']],
  ['what an array must contain', '{contains: {const: 1}}', [0, 1], [0], ['contains']],
  ['a consequence', '{if: {type: string}, then: {minLength: 2}}', 'ab', 'a', ['minLength']],
  ['a part of a step', '{multipleOf: 0.1}', 0.3, 0.35, ['multipleOf']],
  ['characters beyond the basic plane', '{maxLength: 2, minLength: 2}', '😀😀', '😀', ['minLength']],
  ['two types', '{type: [integer, "null"], minimum: 1}', null, 'a', ['type']],
  ['an object in an enum', '{enum: [{a: [1]}, b]}', { a: [1] }, { a: [2] }, ['enum']],
  [
    'items that differ',
    '{uniqueItems: true}',
    [{ a: 1 }, { a: 2 }],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    ['uniqueItems'],
  ],
  [
    'what nothing else evaluates',
    '{allOf: [{properties: {a: true}}], unevaluatedProperties: false}',
    { a: 1 },
    { b: 1 },
    ['unevaluatedProperties'],
  ],
  ['a day that the calendar lacks', '{format: date}', '2024-02-29', '2023-02-29', ['format']],
  ['a leap second', '{format: date-time}', '1998-12-31T15:59:60.1-08:00', '1998-12-31T23:59:60-01:00', ['format']],
  ['a URI without a scheme', '{format: uri}', 'https://a.example/b?c#d', '/b', ['format']],
])('%s', (_, schema, valid, invalid, keywords) => {
  it('accepts what fits', async () => {
    expect((await validatorOf(schema))({ text: valid })).toEqual([]);
  });

  it('reports what does not, rule by rule', async () => {
    const issues = (await validatorOf(schema))({ text: invalid });
    expect(issues.map(({ keyword }) => keyword)).toEqual(keywords);
    expect(issues[0]?.field).toMatch(/^text/);
    expect(issues[0]?.message).not.toMatch(/undefined|\[object/);
  });
});

it.each([null, [], 'a', 1, undefined])(
  'says of %j in the place of an object that it has another type',
  async (value) => {
    const validate = await validatorOf('{type: object, required: [a], properties: {a: {type: object, required: [b]}}}');
    expect(validate({ text: { a: value } })[0]?.field).toBe('text.a');
    expect(validate({ text: value }).length).toBe(value === undefined ? 0 : 1);
    expect(validate(value)).toMatchObject([{ field: '', keyword: 'type', limit: 'object' }]);
  },
);

it('validates a schema that contains itself, and one that is named where alternatives are', async () => {
  const node =
    '{type: object, required: [name], properties: {name: {type: string, maxLength: 2}, child: {$ref: "#/properties/text"}}}';
  const validate = await validatorOf(node);
  expect(validate({ text: { name: 'a', child: { name: 'b', child: { name: 'abc' } } } })).toMatchObject([
    { field: 'text.child.child.name', keyword: 'maxLength', limit: 2, actual: 3 },
  ]);
});
