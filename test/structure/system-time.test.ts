import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { workspaces } from './folder-layers.js';
import { readSources } from './source-tree.js';

/** The global itself, and not a member or a declaration of that name. */
const globals =
  /(?<![\w.])(setTimeout|clearTimeout|setInterval|clearInterval|setImmediate|performance\.now)\(|(?<![\w.`])Date\.now\b/;

it('published code takes clock and timers when it is loaded, so that fake timers of a test do not hold it up', () => {
  const files = Object.keys(workspaces)
    .filter((workspace) => workspace.startsWith('packages/'))
    .flatMap((workspace) => readSources(workspace));
  const wrong = files
    .filter(
      ({ path, isGenerated }) =>
        !isGenerated && !['system-time.ts', 'signature-parts.ts'].includes(basename(path)) && !path.includes('/page/'),
    )
    .filter(({ text }) => usesGlobal(text));
  expect(wrong.map(({ path }) => `${path}: import them from system-time.js of its package`)).toEqual([]);
});

function usesGlobal(text: string): boolean {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const found = globals.exec(code);
  return found !== null && !/from '[./a-z]*\/(system-time|signature-parts)\.js'/.test(code);
}
