import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { appendPointer, readPointer, splitPointer } from './json-pointer.js';
import { dereference } from './references.js';
import type { Json, JsonObject } from './types.js';

interface Vectors {
  document: JsonObject;
  pointers: { name: string; pointer: string; found?: Json }[];
  references: { name: string; node: JsonObject; leadsTo?: JsonObject }[];
}

const file = new URL('../../../../spec/vectors/json-pointer.json', import.meta.url);
const { document, pointers, references } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

describe('a pointer of spec/vectors', () => {
  it.each(pointers)('$name: $pointer', ({ pointer, found }) => {
    expect(readPointer(document, pointer)).toEqual(found);
  });

  it('leads to the whole document where it is empty', () => {
    expect(readPointer(document, '#')).toBe(document);
    expect(readPointer(document, '')).toBe(document);
  });
});

describe('a reference of spec/vectors', () => {
  it.each(references)('$name', ({ node, leadsTo }) => {
    expect(dereference(document, node)).toEqual(leadsTo);
  });
});

it('any key is found again by the pointer that it was appended to', () => {
  for (const key of ['a/b', 'm~n', '~1', '', '%2F', '%', 'é', '{id}']) {
    expect(splitPointer(appendPointer('#', 'first', key, 0))).toEqual(['first', key, '0']);
  }
});
