import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recipeFaults } from './write-recipes.js';

test('each folder of examples/ has a recipe, and each of its files a sentence', () => {
  expect(recipeFaults()).toEqual([]);
});

test('the recipes are not kept in the repository: the build writes them of the files', () => {
  const ignored = readFileSync(new URL('../../.gitignore', import.meta.url), 'utf8').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['site/recipes/*', '!site/recipes/index.md']));
});
