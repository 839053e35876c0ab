import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { createClient } from 'redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasRedis } from '../support/redis-server.js';
import { startPostgres } from '../support/start-postgres.js';
import { startRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';
import { writeJwt } from '../support/write-jwt.js';
import { type Serve, startServe } from './start-serve.js';

const jwtSecret = 'a shared secret of at least thirty-two bytes';
const running: Serve[] = [];
let mock: RunningMock;

beforeEach(async () => {
  mock = await startMock({ port: 0 });
});
afterEach(async () => {
  for (const serve of running.splice(0)) await serve[Symbol.asyncDispose]();
  await mock.close();
});

async function serve(store: string): Promise<Serve> {
  const { appKey, appSecret, url: baseUrl } = mock;
  const app = { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: baseUrl };
  const started = await startServe({ ...app, NEXCONN_STORE: store, NEXCONN_JWT_SECRET: jwtSecret });
  running.push(started);
  return started;
}

/** Asks as an app does: again where the store did not answer in time, as on a busy machine. */
function logIn(url: string, userId: string): Promise<{ readonly accessToken: string }> {
  const headers = { authorization: `Bearer ${writeJwt(userId, jwtSecret)}` };
  return until(async () => {
    const response = await fetch(`${url}/access-token`, { method: 'POST', headers });
    expect(response.status).toBe(200);
    return (await response.json()) as { accessToken: string };
  });
}

async function tokenCount(): Promise<number> {
  return (await mock.console.getApp({ appKey: mock.appKey })).tokenCount;
}

/** Two instances that share nothing but the store. */
async function expectOneTokenOfTwo(store: string): Promise<void> {
  const instances = await Promise.all([serve(store), serve(store)]);
  const urls = instances.map(({ url }) => url);
  for (const url of urls) expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const users = Array.from({ length: 20 }, (_, index) => `u${index * 7919}x`);
  const tokens = await Promise.all(users.map((userId) => Promise.all(urls.map((url) => logIn(url, userId)))));
  for (const [one, other] of tokens) expect(other).toEqual(one);
  expect(await tokenCount()).toBe(users.length);
  for (const each of instances) expect(await each.end()).toEqual({ code: 0, stderr: '' });
  // What is stored outlives them all.
  const again = await serve(store);
  expect(await logIn(again.url, users[0] as string)).toEqual(tokens[0]?.[0]);
  expect(await tokenCount()).toBe(users.length);
}

describe('two of nexconn serve hand out one token for a user', () => {
  it.runIf(hasRedis)('on one Redis', async () => {
    await using redis = await startRedis();
    await expectOneTokenOfTwo(redis.url);
  });

  it('on one PostgreSQL', async () => {
    await using postgres = await startPostgres();
    await expectOneTokenOfTwo(postgres.url);
  });
});

it.runIf(hasRedis)('nexconn serve says in words that a store is of a newer version', async () => {
  await using redis = await startRedis();
  const client = createClient({ url: redis.url });
  client.on('error', () => {});
  await client.connect();
  await using running = await serve(redis.url);
  const readiness = async (): Promise<number> => (await fetch(`${running.url}/readyz`)).status;
  expect(await readiness()).toBe(200);
  await client.set('{nexconn-tokens}:schema', '9 9');
  // That runs already is sent no log-ins, which it could only refuse.
  expect(await readiness()).toBe(503);
  await until(() => expect(running.log()).toMatch(/newer version.*"msg":"store does not answer"/));
  await expect(serve(redis.url)).rejects.toThrow(/newer version/);
  await client.set('{nexconn-tokens}:schema', '1 1');
  expect(await readiness()).toBe(200);
  client.destroy();
});
