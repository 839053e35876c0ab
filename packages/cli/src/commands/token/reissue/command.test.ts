import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { until } from '../../../../../../test/support/until.js';
import { runCaptured } from '../../../../test/support/run-captured.js';

let mock: RunningMock;
let folder: string;
let app: { appKey: string; appSecret: string };

beforeAll(async () => {
  mock = await startMock({ port: 0, rateLimit: false });
});
afterAll(() => mock.close());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-reissue-'));
  app = await mock.console.createApp({});
});
afterEach(() => rmSync(folder, { recursive: true }));

const ids = Array.from({ length: 20 }, (_, index) => `u${index * 7919}x`);

function run(args: string[], env: Record<string, string> = {}, stop = new AbortController().signal) {
  return runCaptured(['token', ...args], {
    env: {
      NEXCONN_APP_KEY: app.appKey,
      NEXCONN_APP_SECRET: app.appSecret,
      NEXCONN_BASE_URL: mock.url,
      NEXCONN_STORE: `sqlite:${join(folder, 'tokens.db')}`,
      ...env,
    },
    stopSignal: () => stop,
  });
}

function bulk(users: string, flags: string[] = [], env: Record<string, string> = {}) {
  const input = join(folder, 'users.csv');
  writeFileSync(input, `userId,name\n${users}`);
  return run(['bulk', input, '--store', '--rate', '5000', ...flags], env);
}

const rowsOf = (userIds: readonly string[]): string => userIds.map((id) => `${id},Name\n`).join('');

/** Returns the stored users, as a backup has them. */
async function storedUsers(): Promise<{ userId: string; name: string; accessToken: string }[]> {
  const file = join(folder, 'backup');
  expect(await run(['backup', file])).toMatchObject({ code: 0 });
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}

const callsOf = async (): Promise<number> => (await mock.console.listJournal({ appKey: app.appKey })).entries.length;

test('bulk --store puts tokens where the server looks for them, and leaves those that are there', async () => {
  const first = await bulk(rowsOf(ids.slice(0, 5)), ['--quiet']);
  expect(first).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Issued 5 tokens') });
  const all = await bulk(rowsOf(ids));
  expect(all).toMatchObject({ code: 0, stdout: expect.stringContaining('5 tokens of before were there') });
  expect(await callsOf()).toBe(ids.length);
  const stored = await storedUsers();
  expect(stored.map(({ userId }) => userId).sort()).toEqual(ids.toSorted());
  for (const { userId, accessToken } of stored) {
    const checked = await mock.console.checkToken({ appKey: app.appKey, token: accessToken });
    expect(checked).toMatchObject({ code: 0, userId });
  }
});

test('bulk --store knows users as their log-ins do: by opaque IDs, and by names that fit', async () => {
  const env = { NEXCONN_USER_ID_KEY: 'a key of at least thirty-two characters, for tests' };
  const users = `ada@example.com,${'A'.repeat(70)}\n,Nobody\n`;
  const dry = await bulk(users, ['--dry-run'], env);
  const { code, stdout } = await bulk(users, [], env);
  expect(dry.code).toBe(code);
  expect({ code, stdout }).toEqual({ code: 3, stdout: expect.stringContaining('Line 3: ') });
  const [stored] = await storedUsers();
  expect(stored).toMatchObject({ userId: expect.stringMatching(/^[a-z0-9]+$/i), name: 'A'.repeat(64) });
});

test('a dry run with --store rejects the rows that the token service refuses, for the same reason', async () => {
  const runs = [await bulk('u1,Ada\nu2,\n', ['--dry-run']), await bulk('u1,Ada\nu2,\n')];
  for (const { code, stdout } of runs) {
    expect({ code, stdout }).toEqual({ code: 3, stdout: expect.stringContaining('Line 3: name is an empty text.') });
  }
  const unused = await bulk('u1,Ada\n', ['--out-format', 'csv']);
  expect(unused).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be used with') });
});

test('reissue counts, issues anew, and finds nothing more', async () => {
  await bulk(rowsOf(ids));
  const before = await storedUsers();
  await mock.console.rotateSecret({ appKey: app.appKey, appSecret: 'TheNextSecret' });
  const env = { NEXCONN_APP_SECRET: 'TheNextSecret' };
  const dry = await run(['reissue', '--dry-run', '--json'], env);
  expect({ ...dry, stdout: JSON.parse(dry.stdout) }).toEqual({
    code: 0,
    stderr: '',
    stdout: { users: 20, outdated: 20 },
  });
  const { code, stdout, stderr } = await run(['reissue', '--rate', '5000', '--quiet'], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Issued 20 tokens anew in (?:\d+|less than 1) s, stored in sqlite:\S+\.\n$/);
  const again = await run(['reissue', '--dry-run'], env);
  expect(again.stdout).toMatch(/^0 of 20 users in \S+ have a token of another App Secret\.\n$/);
  const after = await storedUsers();
  expect(after.filter(({ accessToken }) => before.some((each) => each.accessToken === accessToken))).toEqual([]);
  for (const { accessToken } of after) expect(stdout).not.toContain(accessToken);
});

test('a store that is not there is refused, and not created', async () => {
  const path = join(folder, 'mistyped.db');
  for (const flags of [[], ['--dry-run']]) {
    const { code, stdout, stderr } = await run(['reissue', '--store', `sqlite:${path}`, ...flags]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`There is no database ${path}. Check the path.`);
  }
  expect(existsSync(path)).toBe(false);
});

test('stopped, reissue exits with 4 and the same command goes on', async () => {
  await bulk(rowsOf(ids));
  await mock.console.rotateSecret({ appKey: app.appKey, appSecret: 'TheNextSecret' });
  const env = { NEXCONN_APP_SECRET: 'TheNextSecret' };
  const calls = await callsOf();
  const stop = new AbortController();
  const running = run(['reissue', '--rate', '5'], env, stop.signal);
  await until(async () => expect(await callsOf()).toBeGreaterThan(calls + 2));
  stop.abort();
  expect(await running).toMatchObject({
    code: 4,
    stdout: expect.stringContaining('The same command goes on from here.'),
  });
  expect((await run(['reissue', '--rate', '5000'], env)).code).toBe(0);
  expect(JSON.parse((await run(['reissue', '--dry-run', '--json'], env)).stdout).outdated).toBe(0);
});

test('a secret that the API refuses ends reissue with 1, and shows no secret', async () => {
  await bulk(rowsOf(ids));
  const { code, stderr } = await run(['reissue'], { NEXCONN_APP_SECRET: 'NotTheSecret' });
  expect(code).toBe(1);
  expect(stderr).not.toContain('NotTheSecret');
});

test.each([
  [{ NEXCONN_STORE: 'memory' }, 'is memory, which ends with this command'],
  [{ NEXCONN_APP_KEY: '', NEXCONN_APP_SECRET: '' }, 'NEXCONN_APP_KEY'],
  [{ NEXCONN_STORE: 'nothing' }, 'names no store'],
])('with %j both exit with 2', async (env, message) => {
  expect(await run(['reissue'], env)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  expect(await bulk(rowsOf(ids), [], env)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});
