import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './source-tree.js';

/** The only file that waits by Vitest's own means, whose usual time is a second. */
const home = 'test/support/until.ts';
/** A shorter time-out of a test fails it on a busy machine. */
const shortestMs = 60_000;

/** Those that name a short time-out which nothing waits for, each with what it is. */
const allowed: Record<string, string> = {
  'packages/client/src/types.test.ts': 'An option that there is not.',
  'packages/signing/src/check-options.test.ts': 'An option that there is not.',
};

/** Returns the waits in a text that end too soon on a busy machine. */
function shortWaitsIn(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '');
  const ofVitest = code.match(/\bvi\s*\.waitFor\(|\bvi\s*\.waitUntil\(|\bexpect\s*\.poll\(/g) ?? [];
  const timed = code.matchAll(/(?:\btimeout: *|\.setDefault(?:Navigation)?Timeout\()(\d[\d_]*)\b/g);
  const short = [...timed].filter(([, ms = '']) => Number(ms.replaceAll('_', '')) < shortestMs).map(([wait]) => wait);
  // Playwright's usual time is 30 s.
  const launched = /\.setDefaultTimeout\(/.test(code) ? [] : (code.match(/\bchromium\.launch\w*\(/g) ?? []);
  return [...ofVitest, ...short, ...launched];
}

const files = execFileSync('git', ['ls-files', '*.ts', '*.js'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => /\.test\.[jt]s$|(^|\/)test\/|^examples\//.test(path) && !/^test\/(bench|structure)\//.test(path));

it('no test waits for a short time: it waits with until() of test/support', () => {
  const found = files.flatMap((path) =>
    shortWaitsIn(readFileSync(join(root, path), 'utf8')).map((wait) => ({ path, wait })),
  );
  expect(found.filter(({ path }) => path !== home && !(path in allowed))).toEqual([]);
  // None is allowed for longer than it needs that.
  expect(Object.keys(allowed).filter((path) => !found.some((wait) => wait.path === path))).toEqual([]);
});

describe('a wait', () => {
  it.each([
    'await vi.waitFor(() => expect(ends).toHaveLength(1), { timeout: 60_000 });',
    'await vi.waitUntil(isReady);',
    'await expect.poll(() => told.length).toBe(1);',
    'await expect\n  .poll(() => told.length)\n  .toBe(1);',
    "await page.waitForSelector('p', { timeout: 30_000 });",
    'page.setDefaultTimeout(5_000);',
    'const browser = await chromium.launch({ args });',
    "const context = await chromium.launchPersistentContext(folder, { args: ['--no-sandbox'] });",
    "it('is quick', { timeout: 5_000 }, () => {});",
  ])('is found: %s', (text) => {
    expect(shortWaitsIn(text)).toHaveLength(1);
  });

  it.each([
    'await until(() => expect(ends).toHaveLength(1));',
    '// vi.waitFor(isReady)',
    'expect(await page.waitForSelector("p")).toBeDefined();',
    'const browser = await chromium.launch();\nbrowser.on("context", (each) => each.setDefaultTimeout(patience));',
    "it('takes long', { timeout: 600_000 }, () => {});",
  ])('is none: %s', (text) => {
    expect(shortWaitsIn(text)).toEqual([]);
  });
});
