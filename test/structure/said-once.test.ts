import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './source-tree.js';

/** Shorter ones, such as the links at the foot of a README, may be alike. */
const shortest = 56;
const places = [
  'README.md',
  'CONTRIBUTING.md',
  'packages/*/README.md',
  'generator/README.md',
  'packages/docs/site/*.md',
];
/** What is made of other files repeats those. */
const made = /<!-- generated:[\s\S]*?<!-- \/generated -->|^```[\s\S]*?^```|^<<< .*$/gm;

/** Returns the sentences of a page, and the cells of its tables, without what its links lead to. */
function sentencesOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
    .replaceAll(made, '')
    .replaceAll(/\]\([^)]*\)/g, ']');
  const parts = text.split(/\n\n|\n(?=[-|])|\|/).flatMap((part) => part.replaceAll(/\s+/g, ' ').split(/(?<=[.:;]) /));
  return parts.map((part) => part.replace(/^[ -]+/, '').trimEnd()).filter(({ length }) => length >= shortest);
}

it('a sentence of a README, a guide or a page to look things up stands there once', () => {
  const files = execFileSync('git', ['ls-files', ...places], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
  expect(files.length).toBeGreaterThan(40);
  const placesOf = new Map<string, string[]>();
  for (const file of files) {
    for (const sentence of sentencesOf(file)) placesOf.set(sentence, [...(placesOf.get(sentence) ?? []), file]);
  }
  const twice = [...placesOf].filter(
    ([sentence, found]) => found.length > 1 && !sentence.startsWith('[Guides] · [Changes]'),
  );
  expect(twice).toEqual([]);
});
