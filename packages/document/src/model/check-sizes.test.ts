import { describe, expect, it } from 'vitest';
import { makeScratchDocument } from '../../test/support/scratch-document.js';
import { loadDocument } from '../index.js';
import type { Json } from '../json/types.js';
import { checkSizes } from './check-sizes.js';

function problemsOf(schema: Json): string[] {
  const problems: string[] = [];
  checkSizes({ components: { schemas: { minItems: schema } } }, (pointer, message) => {
    problems.push(`${pointer} ${message}`);
  });
  return problems;
}

describe('a schema that demands more than fits into memory', () => {
  it.each([
    ['minItems', 1e9],
    ['minLength', 1e10],
    ['minProperties', 1e8],
    ['minContains', 100_001],
  ])('is reported where %s is %d', (keyword, value) => {
    expect(problemsOf({ properties: { minItems: { [keyword]: value } } })).toEqual([
      `#/components/schemas/minItems/properties/minItems/${keyword} ${keyword} is ${value}; a sample may have 100000 at most.`,
    ]);
  });

  it('is reported where lists of lists make many of few', () => {
    const texts = { type: 'string', minLength: 11 };
    expect(problemsOf({ minItems: 100, items: { minItems: 100, items: texts } })).toEqual([
      expect.stringContaining('items/items/minLength minLength is 11, within lists of 10000;'),
    ]);
  });

  it('is reported where lists hold what is described elsewhere', () => {
    const problems: string[] = [];
    const schemas = {
      Pages: { minItems: 100, items: { $ref: '#/components/schemas/Page' } },
      Page: { minItems: 100, items: { $ref: '#/components/schemas/Text' } },
      Text: { type: 'string', minLength: 11 },
    };
    checkSizes({ components: { schemas } }, (pointer, message) => problems.push(`${pointer} ${message}`));
    expect(problems).toEqual([
      '#/components/schemas/Text/minLength minLength is 11, within lists of 10000; a sample may have 100000 at most.',
    ]);
  });

  it('is none where a schema holds itself, as a tree does, or is used many times', () => {
    const node = (name: string) => ({ properties: { children: { minItems: 2, items: { $ref: `#/$defs/${name}` } } } });
    const names = Array.from({ length: 40 }, (_, index) => `N${index}`);
    const refs = names.map((name) => ({ $ref: `#/$defs/${name}` }));
    const $defs = Object.fromEntries(names.map((name, index) => [name, { allOf: refs.slice(index + 1) }]));
    const report = (pointer: string) => expect.fail(pointer);
    checkSizes({ $defs: { ...$defs, One: node('Other'), Other: node('One'), Self: node('Self') } }, report);
  });

  it('is none up to the limit, nor in what is only shown', () => {
    expect(problemsOf({ minItems: 100_000 })).toEqual([]);
    expect(problemsOf({ minItems: 100, items: { minItems: 100, items: { minLength: 10 } } })).toEqual([]);
    expect(problemsOf({ example: { minLength: 1e10 }, enum: [{ minItems: 1e9 }] })).toEqual([]);
  });

  it('is refused at load, at its place in its file', async () => {
    await using scratch = await makeScratchDocument();
    const property = '    type: array\n    minItems: 1000000000\n    items: {type: string}\n';
    await scratch.write('schemas/Thing.yaml', `type: object\nproperties:\n  list:\n${property}`);
    await expect(loadDocument(scratch.path)).rejects.toMatchObject({
      code: 'DOCUMENT_INVALID',
      problems: [
        { line: 5, pointer: '#/properties/list/minItems', message: expect.stringContaining('minItems is 1000000000') },
      ],
    });
  });
});
