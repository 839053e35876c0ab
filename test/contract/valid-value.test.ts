import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonSchema } from './json-schema.js';
import { EndlessSchemaError, validValue } from './valid-value.js';

const at = (name: string): JsonSchema => ({ $ref: `#/schemas/${name}` });
const one = (property: JsonSchema): JsonSchema => ({
  type: 'object',
  required: ['next'],
  properties: { next: property },
});
const list = (items: JsonSchema, minItems: number): JsonSchema => ({ type: 'array', items, minItems });

it.each<[what: string, schema: JsonSchema, others?: Record<string, JsonSchema>]>([
  ['by a field', one(at('Self'))],
  ['by a field of another', one(at('Other')), { Other: one(at('Self')) }],
  ['by an item', one(list(at('Self'), 1))],
  ['by each of several shapes', { oneOf: [one(at('Self')), list(at('Self'), 2)] }],
  ['by a part of it', { allOf: [one(at('Self'))] }],
])('a schema that demands itself without an end is refused by its name: %s', (_what, schema, others = {}) => {
  const root = { schemas: { Self: schema, ...others } };
  expect(() => validValue(at('Self'), root)).toThrow(EndlessSchemaError);
  expect(() => validValue(at('Self'), root)).toThrow(/#\/schemas\/(Self|Other) demands itself without an end/);
});

it.each<[what: string, schema: JsonSchema]>([
  ['a list may be empty', one(list(at('Self'), 0))],
  ['another shape ends', { oneOf: [one(at('Self')), { type: 'string' }] }],
  ['a field has another shape', one({ anyOf: [at('Self'), { type: 'null' }] })],
  ['the field may be left out', { ...one(at('Self')), required: [] }],
])('one that ends is drawn: %s', (_what, schema) => {
  const drawn = fc.sample(validValue(at('Self'), { schemas: { Self: schema } }), { numRuns: 20, seed: 1 });
  expect(drawn).toHaveLength(20);
});
