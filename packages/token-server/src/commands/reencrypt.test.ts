import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEncryptedStore } from '@nexconn-kit/token-service';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exampleEnv, runCaptured } from '../../test/support/run-captured.js';

const [before, after] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
const token = { name: 'Ada', avatarUrl: '', accessToken: 'a.token', secretId: 'a', issuedAt: 1 };
let folder: string;
let file: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-reencrypt-'));
  file = join(folder, 'tokens.db');
  const store = await createSqliteStore(file);
  const part = createEncryptedStore(store, { keys: [before] }).forApp(exampleEnv.NEXCONN_APP_KEY);
  for (let index = 0; index < 30; index += 1) await part.write({ ...token, userId: `u${index}` }, '');
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

function reencrypt(keys: string, ...args: string[]) {
  const env = { ...exampleEnv, NEXCONN_STORE: `sqlite:${file}`, NEXCONN_ENCRYPTION_KEYS: keys };
  return runCaptured(['reencrypt', ...args], { env, stopSignal: () => new AbortController().signal });
}

test('counts what is not under the first key, converts it, and finds nothing more', async () => {
  const both = `${after},${before}`;
  const counts = { users: 30, unreadable: 0, plain: 0 };
  const runs = [await reencrypt(both, '--dry-run'), await reencrypt(both), await reencrypt(after, '--dry-run')];
  expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(3).fill({ code: 0, stderr: '' }));
  expect(runs.map(({ stdout }) => JSON.parse(stdout))).toEqual([
    { ...counts, current: 0, converted: 0, outdated: 30 },
    { ...counts, current: 0, converted: 30, outdated: 0 },
    { ...counts, current: 30, converted: 0, outdated: 0 },
  ]);
  for (const { stdout } of runs) expect(stdout).not.toMatch(/a\.token|u7/);
});

test('says what is missing or wrong, and shows no key', async () => {
  const without = await runCaptured(['reencrypt'], { env: exampleEnv });
  expect(without).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('NEXCONN_ENCRYPTION_KEYS') });
  const weakKey = 'ab'.repeat(32);
  const weak = await reencrypt(weakKey);
  expect(weak).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('openssl rand -base64 32') });
  expect(weak.stderr).not.toContain(weakKey);
  const noApp = await runCaptured(['reencrypt'], { env: { NEXCONN_ENCRYPTION_KEYS: after } });
  expect(noApp).toMatchObject({ code: 2, stderr: expect.stringContaining('NEXCONN_APP_KEY') });
});

test('a store that is not there is refused, and not created', async () => {
  rmSync(file);
  const { code, stdout, stderr } = await reencrypt(after, '--dry-run');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`There is no database ${file}. Check the path.`);
  expect(existsSync(file)).toBe(false);
});

test('ends at its stop signal, and goes on where it ended', async () => {
  const env = { ...exampleEnv, NEXCONN_STORE: `sqlite:${file}`, NEXCONN_ENCRYPTION_KEYS: `${after},${before}` };
  const { code, stderr } = await runCaptured(['reencrypt'], { env });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Run it again') });
  expect(JSON.parse((await reencrypt(`${after},${before}`)).stdout)).toMatchObject({ converted: 30 });
});
