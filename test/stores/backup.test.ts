import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { openSqliteSnapshot } from '@nexconn-kit/token-service/sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundleFlags, bundleSources } from '../support/bundle-sources.js';
import { hasRedis } from '../support/redis-server.js';
import { runCommand } from '../support/run-command.js';
import { startPostgres } from '../support/start-postgres.js';
import { startRedis } from '../support/start-redis.js';
import { writeJwt } from '../support/write-jwt.js';
import { installedNodes, startHolder } from './sqlite/start-holder.js';
import { type Serve, startServe } from './start-serve.js';

const bin = await bundleSources(new URL('../../packages/cli/src/bin.ts', import.meta.url));
const jwtSecret = 'a shared secret of at least thirty-two bytes';
let folder: string;
let mock: RunningMock;
const running: Serve[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'));
  mock = await startMock({ port: 0 });
});
afterEach(async () => {
  for (const serve of running.splice(0)) await serve[Symbol.asyncDispose]();
  await mock.close();
  await rm(folder, { recursive: true, force: true });
});

async function serve(store: string): Promise<Serve> {
  const { appKey, appSecret, url: baseUrl } = mock;
  const app = { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: baseUrl };
  const started = await startServe({ ...app, NEXCONN_STORE: store, NEXCONN_JWT_SECRET: jwtSecret });
  running.push(started);
  return started;
}

async function logIn({ url }: Serve, userId: string): Promise<string> {
  const headers = { authorization: `Bearer ${writeJwt(userId, jwtSecret)}` };
  const response = await fetch(`${url}/access-token`, { method: 'POST', headers });
  return ((await response.json()) as { accessToken: string }).accessToken;
}

async function nexconn(args: readonly string[], store: string) {
  const env = { NEXCONN_APP_KEY: mock.appKey, NEXCONN_STORE: store };
  return runCommand(process.execPath, [...bundleFlags, bin, ...args], { cwd: folder, env });
}

/** Backs up the store of a server that runs, and restores it into another one. */
async function expectTokensToMove(from: string, to: string, { isInUse }: { isInUse: boolean }): Promise<void> {
  const file = join(folder, 'tokens.backup');
  const first = await serve(from);
  const users = Array.from({ length: 12 }, (_, index) => `u${index * 7919}x`);
  const tokens: string[] = [];
  for (const userId of users) tokens.push(await logIn(first, userId));
  const backedUp = await nexconn(['token', 'backup', file], from);
  expect(backedUp).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^Backed up 12 users of .*\n$/) });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const content = await readFile(file, 'utf8');
  for (const token of tokens) {
    expect(content).toContain(JSON.stringify(token));
    expect(backedUp.output).not.toContain(token);
  }
  expect(await logIn(first, users[0] as string)).toBe(tokens[0]);
  await first.end();

  const inUse = isInUse ? await serve(to) : undefined;
  const restored = await nexconn(['token', 'restore', file], to);
  expect(restored).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^Restored 12 users of .*\n$/) });
  const next = inUse ?? (await serve(to));
  for (const [index, userId] of users.entries()) expect(await logIn(next, userId)).toBe(tokens[index]);
  const again = await nexconn(['token', 'restore', file], from);
  expect(again).toMatchObject({ exitCode: 0, output: expect.stringContaining('Restored 0 users') });
  expect((await readdir(folder)).filter((name) => /copy|backup\./.test(name))).toEqual([]);
}

it.runIf(hasRedis)('tokens move from a SQLite file in use to a Redis in use', async () => {
  await using redis = await startRedis();
  await expectTokensToMove(`sqlite:${join(folder, 'tokens.db')}`, redis.url, { isInUse: true });
});

it.runIf(hasRedis)('tokens move from a Redis in use to a SQLite file', async () => {
  await using redis = await startRedis();
  await expectTokensToMove(redis.url, `sqlite:${join(folder, 'tokens.db')}`, { isInUse: false });
});

it('tokens move from one PostgreSQL in use to another one in use', async () => {
  await using one = await startPostgres();
  await using other = await startPostgres();
  await expectTokensToMove(one.url, other.url, { isInUse: true });
});

it('a file that is no backup, and a SQLite file in use, are refused in words, and nothing is left behind', async () => {
  const path = `sqlite:${join(folder, 'tokens.db')}`;
  const missing = await nexconn(['token', 'restore', 'none.backup'], path);
  expect(missing).toMatchObject({
    exitCode: 2,
    output: expect.stringContaining('none.backup cannot be read (ENOENT)'),
  });
  const unreachable = await nexconn(['token', 'backup', join(folder, 'no/such/folder')], path);
  expect(unreachable).toMatchObject({ exitCode: 1, output: expect.stringContaining('There is no database') });
  expect(await readdir(folder)).toEqual([]);
  const first = await serve(path);
  await logIn(first, 'u1x');
  const unwritable = await nexconn(['token', 'backup', join(folder, 'no/such/folder')], path);
  expect(unwritable).toMatchObject({ exitCode: 1, output: expect.stringContaining('cannot be written (ENOENT)') });
  expect(await nexconn(['token', 'backup', 'tokens.backup'], path)).toMatchObject({ exitCode: 0 });
  const inUse = await nexconn(['token', 'restore', 'tokens.backup'], path);
  expect(inUse).toMatchObject({ exitCode: 1, output: expect.stringContaining('in use') });
});

it.each(installedNodes())('a copy of a SQLite file that %s writes into is one whole state of it', async (node) => {
  const path = join(folder, 'tokens.db');
  await using holder = await startHolder(node);
  expect(await holder.ask({ do: 'open', path })).toEqual({ done: 0 });
  let isWriting = true;
  // More than the log grows to, by at least a page for each, before it is brought into the file.
  const writes = 2_000;
  const writing = holder.ask({ do: 'write', from: 0, count: writes }).finally(() => {
    isWriting = false;
  });
  const counts: number[] = [];
  while (isWriting) {
    const snapshot = await openSqliteSnapshot(path);
    const { users } = await snapshot.count('');
    // Each row of it is read, as long as it is.
    const listed = await snapshot.listOutdated('', undefined, 10_000);
    expect(listed).toHaveLength(users);
    await snapshot.close();
    counts.push(users);
    // The answer of the writer comes with a turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await writing).toEqual({ done: writes });
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  const last = await openSqliteSnapshot(path);
  expect(await last.count('')).toEqual({ users: writes, outdated: writes });
  await last.close();
});
