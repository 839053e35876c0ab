import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asObject, createResolver, type JsonObject } from './lookup.js';

interface Vectors {
  readonly document: JsonObject;
  readonly pointers: readonly { name: string; pointer: string; found?: unknown }[];
  readonly references: readonly { name: string; node: JsonObject; leadsTo?: JsonObject }[];
}

const file = new URL('../../../../spec/vectors/json-pointer.json', import.meta.url);
const { document, pointers, references } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const resolve = createResolver(document);

describe('a pointer of spec/vectors', () => {
  it.each(pointers)('$name: $pointer', ({ pointer, found }) => {
    expect(resolve({ $ref: pointer })).toEqual(asObject(found));
  });

  it('leads to the whole document where it is empty', () => {
    expect(resolve({ $ref: '#' })).toBe(document);
  });
});

describe('a reference of spec/vectors', () => {
  it.each(references)('$name', ({ node, leadsTo }) => {
    expect(resolve(node)).toEqual(leadsTo ?? {});
  });
});
