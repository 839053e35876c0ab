import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { operationTable } from './generated/console/operations.gen.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const guide = readFileSync(new URL('../../docs/site/guides/testing.md', import.meta.url), 'utf8');
const recipes = guide.slice(guide.indexOf('## Recipes'), guide.indexOf('## What can go wrong'));

it('says in its third paragraph what the mock does not do', () => {
  const [, ...paragraphs] = readme.split(/\n\n+/);
  expect(paragraphs[2]).toMatch(/^\*\*What this mock does not do\.\*\*/);
});

it('the recipes of its guide name only calls of the console that there are', () => {
  const names = [...recipes.matchAll(/mock\.console\.(\w+)/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(5);
  expect(Object.keys(operationTable)).toEqual(expect.arrayContaining(names));
});
