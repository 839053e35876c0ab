import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exampleEnv, runCaptured } from '../../test/support/run-captured.js';

const token = { name: 'Ada', avatarUrl: '', accessToken: 'a.token', secretId: 'a', issuedAt: 1 };
let folder: string;
let before: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-backup-'));
  const store = await createSqliteStore(join(folder, 'tokens.db'));
  const part = store.forApp?.(exampleEnv.NEXCONN_APP_KEY) ?? store;
  for (let index = 0; index < 30; index += 1) await part.write({ ...token, userId: `u${index}` }, '');
  await store.close();
  before = readdirSync(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

function backUp(signal: AbortSignal) {
  const env = { ...exampleEnv, NEXCONN_STORE: `sqlite:${join(folder, 'tokens.db')}` };
  return runCaptured(['backup', join(folder, 'out')], { env, stopSignal: () => signal });
}

/** Aborts as soon as there is what it looks for. */
function abortedOnce(isThere: (names: readonly string[]) => boolean): AbortSignal {
  const { signal } = new AbortController();
  return Object.defineProperty(signal, 'aborted', { get: () => isThere(readdirSync(folder)) });
}

test.each([
  ['before it begins', AbortSignal.abort()],
  ['while it copies the database', abortedOnce((names) => names.some((name) => name.startsWith('.nexconn-copy-')))],
  ['while it writes', abortedOnce((names) => names.some((name) => name.startsWith('out.')))],
])('a backup that is stopped %s leaves no token behind', async (_, signal) => {
  const { code, stdout, stderr } = await backUp(signal);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('stopped before its end'),
  });
  expect(readdirSync(folder)).toEqual(before);
});

test('a backup leaves the draft of another process of its number alone', async () => {
  const draft = join(folder, `out.${process.pid}`);
  writeFileSync(draft, 'of another container');
  expect(await backUp(new AbortController().signal)).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(folder)).toEqual([...before, 'out', `out.${process.pid}`].sort());
  // Its own, where it fails.
  rmSync(join(folder, 'out'));
  mkdirSync(join(folder, 'out', 'full'), { recursive: true });
  expect(await backUp(new AbortController().signal)).toMatchObject({ code: 1 });
  expect(readdirSync(folder)).toEqual([...before, 'out', `out.${process.pid}`].sort());
});

test('with --json both commands print one object', async () => {
  const env = { ...exampleEnv, NEXCONN_STORE: `sqlite:${join(folder, 'tokens.db')}` };
  const file = join(folder, 'out');
  const stopSignal = () => new AbortController().signal;
  const runs = [
    await runCaptured(['backup', file, '--json'], { env, stopSignal }),
    await runCaptured(['restore', file, '--json'], { env, stopSignal }),
    await runCaptured(['restore', join(folder, 'none'), '--json'], { env, stopSignal }),
  ];
  expect(runs.map(({ code, stdout }) => [code, stdout && JSON.parse(stdout)])).toEqual([
    [0, { users: 30, file }],
    [0, { restored: 0, kept: 30, file }],
    [2, ''],
  ]);
  expect(JSON.parse(runs[2]?.stderr ?? '')).toMatchObject({ error: { code: 'USAGE' } });
});
