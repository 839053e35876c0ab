import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMock } from '@nexconn-kit/mock';
import { createClient } from 'redis';
import { expect, it, onTestFinished } from 'vitest';
import { bundleFlags, bundleSources } from '../support/bundle-sources.js';
import { killAtExit } from '../support/kill-at-exit.js';
import { hasRedis } from '../support/redis-server.js';
import { startPostgres } from '../support/start-postgres.js';
import { startRedis } from '../support/start-redis.js';

const bin = await bundleSources(new URL('../../packages/cli/src/bin.ts', import.meta.url));
const rows = 120;

async function bulk(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = killAtExit(
    spawn(process.execPath, [...bundleFlags, bin, 'token', 'bulk', ...args], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    }),
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = await once(child, 'close');
  return { code, said };
}

/** Runs `nexconn token bulk` twice at once, each for users of its own, and returns whose tokens they wrote. */
async function runBoth(flags: readonly string[], variables: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'bulk-limit-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const mock = await startMock({ port: 0 });
  onTestFinished(() => mock.close());
  const { appKey, appSecret, url } = mock;
  const env = { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: url, ...variables };
  const runs = ['a', 'b'].map(async (name) => {
    const [input, out] = [join(folder, `${name}.csv`), join(folder, `${name}-tokens.ndjson`)];
    const ids = Array.from({ length: rows }, (_, index) => `${name}${index}`);
    await writeFile(input, `userId,name\n${ids.map((id) => `${id},Name\n`).join('')}`);
    const { code, said } = await bulk([input, '--out', out, '--quiet', ...flags], env);
    expect(said).toBe('');
    const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
    return { code, isWhole: lines.map((line) => JSON.parse(line).userId).join() === ids.join() };
  });
  const done = await Promise.all(runs);
  return { done, appKey };
}

const whole = Array(2).fill({ code: 0, isWhole: true });

it.runIf(hasRedis)('two bulk runs share the limit over a Redis, and each issues for all of its rows', async () => {
  await using redis = await startRedis();
  const { done, appKey } = await runBoth(['--redis', redis.url]);
  expect(done).toEqual(whole);
  const client = await createClient({ url: redis.url }).connect();
  const keys = await client.keys('*');
  client.destroy();
  expect(keys.some((key) => key.includes(`nexconn:rate:${appKey}:issueAccessToken`))).toBe(true);
});

it('two bulk runs share the limit over a PostgreSQL, whose password is in a variable', async () => {
  await using postgres = await startPostgres();
  const { done } = await runBoth([], { NEXCONN_RATE_STORE: postgres.url });
  expect(done).toEqual(whole);
});

it('one that does not answer, or whose password is in a flag, is told without its password', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bulk-limit-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const input = join(folder, 'users.csv');
  await writeFile(input, 'userId,name\nada,Ada\n');
  const tell = (flags: readonly string[], variables: Record<string, string> = {}) => {
    const env = { NEXCONN_APP_KEY: 'k', NEXCONN_APP_SECRET: 's', NEXCONN_BASE_URL: 'http://127.0.0.1:9', ...variables };
    return bulk([input, '--out', join(folder, 'out'), ...flags], env);
  };
  const url = 'redis://:geheim@127.0.0.1:1';
  const flag = await tell(['--redis', url]);
  expect(flag).toEqual({ code: 2, said: expect.stringContaining('Give it by NEXCONN_RATE_STORE.') });
  const away = await tell([], { NEXCONN_RATE_STORE: url });
  expect(away).toEqual({ code: 1, said: expect.stringContaining('redis://127.0.0.1:1 does not answer') });
  const wrong = await tell([], { NEXCONN_RATE_STORE: 'geheim' });
  expect(wrong).toEqual({ code: 2, said: expect.stringContaining('is no URL of a Redis or a PostgreSQL') });
  for (const { said } of [flag, away, wrong]) expect(said).not.toContain('geheim');
});
