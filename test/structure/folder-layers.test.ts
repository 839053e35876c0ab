import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measure } from './figures.js';
import { workspaces } from './folder-layers.js';
import { findCycles, findUpwardImports, moduleOf, readSources, root } from './source-tree.js';

it('every workspace with sources has its layers', () => {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
  expect(['generator', ...packages].filter((name) => readSources(name).length > 0).sort()).toEqual(
    Object.keys(workspaces).sort(),
  );
});

describe.each(Object.entries(workspaces))('%s', (workspace, { layers }) => {
  const files = readSources(workspace);

  it('has every file in one module of one layer', () => {
    expect(files.filter(({ inside }) => !moduleOf(inside, layers)).map(({ path }) => path)).toEqual([]);
    const names = layers.flat();
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('has a file in every module that the table lists', () => {
    const used = new Set(files.map(({ inside }) => moduleOf(inside, layers)?.name));
    expect(layers.flat().filter((name) => !used.has(name))).toEqual([]);
  });

  it('imports from its own module and from layers below', () => {
    expect(findUpwardImports(files, layers)).toEqual([]);
  });

  it('has no cycle of imports', () => {
    expect(findCycles(files).map((cycle) => cycle.join(' → '))).toEqual([]);
  });

  it('has at most 16 hand-written files in a folder', () => {
    const { path, files } = measure([workspace]).largestFolder;
    expect(files, path).toBeLessThanOrEqual(16);
  });

  it('has no hand-written file of more than 300 lines', () => {
    const { path, lines } = measure([workspace]).longestFile;
    expect(lines, path).toBeLessThanOrEqual(300);
  });

  it('exports its index.ts, the index.ts of each entry, and plain data', () => {
    const { '.': main, './package.json': _, ...others } = exportsOf(workspace);
    const entries = files.filter(({ inside }) => /^([^/]+\/)?index\.ts$/.test(inside)).map(({ inside }) => inside);
    const exported = [...(main ? [['.', main] as const] : []), ...Object.entries(others)]
      .filter(([, target]) => typeof target === 'object' && !isForOurTests(target))
      .map(([key, target]) => [key, (target as Record<string, string>)[sourceCondition]]);
    expect(Object.fromEntries(exported)).toEqual(
      Object.fromEntries(entries.map((inside) => [`./${inside}`.replace(/\/index\.ts$/, ''), `./src/${inside}`])),
    );
    const data = Object.values(others).filter((target) => typeof target === 'string');
    expect(data.filter((target) => !/^\.\/src\/generated\/.*\.(json|yaml)$/.test(target))).toEqual([]);
  });
});

const sourceCondition = '@nexconn-kit/source';

function exportsOf(workspace: string): Record<string, string | Record<string, string>> {
  return JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8')).exports ?? {};
}

/** What only sources inside the repository can import, from a `test/` that is not published: the suite that every store passes. */
function isForOurTests(target: string | Record<string, string>): boolean {
  if (typeof target === 'string') return false;
  return Object.keys(target).length === 1 && !!target[sourceCondition]?.startsWith('./test/');
}
