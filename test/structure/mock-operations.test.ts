import { operationTable } from '@nexconn-kit/contract';
import { expect, it } from 'vitest';
import { readSources } from './source-tree.js';

it('no operation and no path of the API stands in the code of the mock: what they do is in the document', () => {
  const words = Object.values(operationTable).flatMap(({ operationId, path }) => [operationId, path]);
  const found = readSources('packages/mock')
    .filter(({ isGenerated }) => !isGenerated)
    .map(({ path, text }) => ({ path, code: text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '') }))
    .flatMap(({ path, code }) => words.filter((word) => code.includes(word)).map((word) => `${path}: ${word}`));
  expect(found).toEqual([]);
});
