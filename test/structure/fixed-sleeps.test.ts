import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './source-tree.js';

/** Those that may sleep for a fixed time between two looks, each with why nothing tells them when. */
const allowed: Record<string, string> = {
  'test/e2e/client/open-resources.ts': 'Looks again until nothing is left, which Node has no event for.',
  'test/examples/containers/container.ts': 'Looks again at the processes of the system.',
  'test/examples/containers/run-compose.ts': 'Looks again until a health check of another process has come out well.',
  'test/soak/converse.ts': 'Has parts come in several reads, mostly; where they come in one, that is right as well.',
  'test/soak/soak.ts': 'The pace of a long run, which nothing is decided by, and its last look at what has settled.',
  'test/support/free-port.ts': 'Tries a port again that another process has taken meanwhile.',
};

/** Whose time is that of the test: none passes but what it says. */
const isFaked = (code: string): boolean => /useFakeTimers|fakeTime\(|faked-time/.test(code);

/** Returns the sleeps of a fixed time in a text, by timers of any name. */
function sleepsIn(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '');
  if (isFaked(code)) return [];
  // Aliases of Node's own, and functions of one number that hand it to a timer.
  const ofNode = [...code.matchAll(/setTimeout as (\w+)[^}]*\} from '(?:node:)?timers\/promises'/g)];
  const own = [...code.matchAll(/(\w+) = (?:async )?\((\w+)(?:: number)?\)[^;]*?setTimeout\(\w+, \2\)/g)];
  const declared = [...code.matchAll(/function (\w+)\((\w+): number\)[^}]*?setTimeout\(\w+, \2\)/g)];
  const plain = /import \{[^}]*\bsetTimeout\b(?! as)[^}]*\} from '(?:node:)?timers\/promises'/.test(code);
  const names = [...ofNode, ...own, ...declared].map(([, name]) => name).concat(plain ? 'setTimeout' : []);
  const patterns = [
    /\bsetTimeout\((?:\w+|\(\) => \w+\([^()]*\)), *[\d_]+\)/g,
    /\b(?:Atomics\.wait\([^;]*, *[\d_]+|scheduler\.wait\([\d_]+)\)/g,
    ...names.map((name) => new RegExp(`(?<![.\\w])${name}\\([\\d_]+\\b`, 'g')),
  ];
  // What only ends a wait that hangs throws, or is cleared.
  return patterns.flatMap((pattern) => code.match(pattern) ?? []).filter((sleep) => !/reject|kill|abort/.test(sleep));
}

const files = execFileSync('git', ['ls-files', '*.ts', '*.js'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => /\.test\.[jt]s$|(^|\/)test\//.test(path) && !path.startsWith('test/bench/'));

it('no test sleeps for a fixed time: it waits for what it needs', () => {
  const found = files.flatMap((path) =>
    sleepsIn(readFileSync(join(root, path), 'utf8')).map((sleep) => `${path}: ${sleep}`),
  );
  const isAllowed = (entry: string): boolean => Object.keys(allowed).some((path) => entry.startsWith(`${path}: `));
  expect(found.filter((entry) => !isAllowed(entry))).toEqual([]);
  // None is allowed for longer than it needs that.
  expect(Object.keys(allowed).filter((path) => !found.some((entry) => entry.startsWith(`${path}: `)))).toEqual([]);
});

describe('a sleep', () => {
  it.each([
    'await new Promise((resolve) => setTimeout(resolve, 50));',
    'await new Promise((done) => setTimeout(() => done(1), 1_000));',
    "import { setTimeout as delay } from 'node:timers/promises';\nawait delay(20);",
    "import { setTimeout } from 'timers/promises';\nawait setTimeout(20);",
    'const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));\nawait wait(10);',
    'function wait(ms: number) {\n  return new Promise((resolve) => setTimeout(resolve, ms));\n}\nawait wait(10);',
    'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);',
  ])('is found: %s', (text) => {
    expect(sleepsIn(text)).toHaveLength(1);
  });

  it.each([
    'await new Promise((resolve) => setTimeout(resolve, retryAfterMs));',
    'const timer = setTimeout(() => reject(new Error()), 60_000);',
    '// setTimeout(resolve, 50)',
    'vi.useFakeTimers();\nawait new Promise((resolve) => setTimeout(resolve, 50));',
    "import { setTimeout as delay } from 'node:timers/promises';\nawait delay(pollMs);",
  ])('is none: %s', (text) => {
    expect(sleepsIn(text)).toEqual([]);
  });
});
