import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './source-tree.js';

/** Small files that stand in several packages, since none of these may depend on another for them. */
const copied = ['check-options.ts', 'safe-cause.ts', 'with-timeout.ts'];

const sources = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name, 'src'))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)));

describe.each(copied)('%s', (name) => {
  const copies = sources.filter((path) => basename(path) === name);

  it('stands in several packages', () => expect(copies.length).toBeGreaterThan(1));

  it('is the same text in each of them', () => {
    const [first, ...others] = copies.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
    expect(others.filter(({ text }) => text !== first?.text).map(({ path }) => path)).toEqual([]);
  });
});
