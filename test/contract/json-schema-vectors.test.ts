import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { JsonSchema } from './json-schema.js';
import { createSchemaOracle } from './schema-oracle.js';

interface Vectors {
  readonly vectors: readonly {
    readonly name: string;
    readonly schema: JsonSchema;
    readonly valid: readonly unknown[];
    readonly invalid: readonly unknown[];
  }[];
}

const file = new URL('../../spec/vectors/json-schema.json', import.meta.url);

test('hyperjump finds the vectors of spec/vectors/json-schema.json right, which our validators are held to', async () => {
  const { vectors } = JSON.parse(await readFile(file, 'utf8')) as Vectors;
  // A schema that is true or false has no place to judge it from, as the oracle finds schemas.
  const judged = vectors.filter(({ schema }) => typeof schema === 'object');
  const oracle = await createSchemaOracle({ vectors: judged });
  const wrong = judged.flatMap(({ name, schema, valid, invalid }) => {
    const isValid = (value: unknown): boolean => oracle.errors(schema, value).length === 0;
    return [...valid.filter((value) => !isValid(value)), ...invalid.filter(isValid)].map((value) => [name, value]);
  });
  expect(judged.length).toBeGreaterThan(40);
  expect(wrong).toEqual([]);
});
