import type { JsonObject } from '@nexconn-kit/document/compiler';
import { describe, expect, it } from 'vitest';
import { createTypeWriter } from './type-writer.js';

const bundle = {
  components: {
    schemas: {
      Thing: { type: 'object', properties: { kind: { type: 'string' } }, required: ['kind'] },
      Cat: { type: 'object', properties: { kind: { type: 'string' } }, required: ['kind'] },
      Any: {
        oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Thing' }],
        discriminator: { propertyName: 'kind', defaultMapping: 'Thing' },
      },
    },
  },
} satisfies JsonObject;

describe('the type of an object', () => {
  const count = { '^x-': { type: 'integer' } };
  it.each<[claim: string, schema: JsonObject, type: RegExp]>([
    ['of any names', { type: 'object' }, /^\{ \[key: string\]: unknown \}$/],
    ['of no names', { type: 'object', additionalProperties: false }, /^Record<string, never>$/],
    [
      'whose names fit a pattern',
      { type: 'object', patternProperties: count, additionalProperties: false },
      /^\{ \[key: string\]: number \}$/,
    ],
    [
      'with others beside those that fit a pattern',
      { type: 'object', patternProperties: count, additionalProperties: { type: 'string' } },
      /^\{ \[key: string\]: number \| string \}$/,
    ],
    [
      'with a field beside those that fit a pattern',
      { type: 'object', properties: { a: { type: 'string' } }, patternProperties: count, additionalProperties: false },
      /^\{\s+a\?: string;\s+\} & \{ \[key: string\]: unknown \}$/,
    ],
  ])('%s says what may be written', (_, schema, type) => {
    expect(createTypeWriter(bundle).typeOf(schema)).toMatch(type);
  });
});

it.each([
  [{ type: 'string', contentMediaType: 'image/png' }, 'Blob | Uint8Array<ArrayBuffer> | string'],
  [
    { type: ['string', 'null'], contentMediaType: 'application/octet-stream' },
    'Blob | Uint8Array<ArrayBuffer> | string | null',
  ],
  [{ type: 'string', contentMediaType: 'image/png', contentEncoding: 'base64' }, 'string'],
  [{ type: 'string', contentMediaType: 'text/html' }, 'string'],
])('a file of %j is %s', (schema, type) => {
  expect(createTypeWriter(bundle).typeOf(schema)).toBe(type);
});

it('the schema of all other tags is not narrowed to its own name', () => {
  const writer = createTypeWriter(bundle);
  writer.typeOf({ $ref: '#/components/schemas/Any' });
  const declarations = writer.declarations();
  expect(declarations).toMatch(/Cat[^}]+kind: 'Cat'/);
  expect(declarations).toMatch(/Thing[^}]+kind: string/);
});
