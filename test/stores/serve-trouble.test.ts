import { randomBytes } from 'node:crypto';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { Redis as IoRedis } from 'ioredis';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis } from '../support/redis-server.js';
import { startPostgres } from '../support/start-postgres.js';
import { startRedis } from '../support/start-redis.js';
import { startTcpProxy, type TcpProxy } from '../support/start-tcp-proxy.js';
import { until } from '../support/until.js';
import { writeJwt } from '../support/write-jwt.js';
import { type Serve, startServe } from './start-serve.js';

const jwtSecret = 'a shared secret of at least thirty-two bytes';
let mock: RunningMock;
let users = 0;

beforeAll(async () => {
  mock = await startMock({ port: 0 });
});
afterAll(() => mock.close());

/** Hides the package `redis`, as where only `ioredis` is installed. */
const withoutNodeRedis = ((): Record<string, string> => {
  const hooks = `export async function resolve(specifier, context, next) {
    if (/(^|\\/node_modules\\/)redis(\\/|$)/.test(specifier)) throw Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(specifier, context);
  }`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hooks))});`;
  return { NODE_OPTIONS: `--import=${dataUrl(register)}` };
})();

function dataUrl(script: string): string {
  return `data:text/javascript,${encodeURIComponent(script)}`;
}

function serve(store: string, more: Record<string, string> = {}): Promise<Serve> {
  const { appKey, appSecret, url: baseUrl } = mock;
  const app = { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: baseUrl };
  return startServe({ ...app, NEXCONN_STORE: store, NEXCONN_JWT_SECRET: jwtSecret, ...more });
}

/** Logs in a user whom nobody has seen before, for whom the store is written. */
function logInAnew(server: Serve): Promise<number> {
  users += 1;
  return logIn(server, `u${users * 7919}x`);
}

async function logIn({ url }: Serve, userId: string): Promise<number> {
  const headers = { authorization: `Bearer ${writeJwt(userId, jwtSecret)}` };
  const response = await fetch(`${url}/access-token`, { method: 'POST', headers });
  await response.arrayBuffer();
  return response.status;
}

async function readiness({ url }: Serve): Promise<number> {
  const response = await fetch(`${url}/readyz`);
  await response.arrayBuffer();
  return response.status;
}

async function expectSoon(ask: () => Promise<number>, status: number): Promise<void> {
  await until(async () => expect(await ask()).toBe(status));
}

async function expectWell(server: Serve): Promise<void> {
  await expectSoon(() => readiness(server), 200);
  await expectSoon(() => logInAnew(server), 200);
}

async function expectRecovery(proxy: TcpProxy, env: Record<string, string> = {}): Promise<void> {
  await using server = await serve(proxy.url, env);
  await Promise.all(Array.from({ length: 8 }, () => logInAnew(server)));
  await expectWell(server);
  proxy.silence();
  expect(await readiness(server)).toBe(503);
  await expectWell(server);
  proxy.silence();
  expect(await logInAnew(server)).toBe(503);
  await expectWell(server);
}

// Side by side: what they take is the patience of a server with its store.
describe('a store that goes silent on its open connections is used over new ones', () => {
  it.runIf(hasRedis).concurrent.each([
    ['redis', {}],
    ['ioredis', withoutNodeRedis],
  ])('Redis, through the package %s', async (_, env) => {
    await using redis = await startRedis();
    await using proxy = await startTcpProxy(redis.url);
    await expectRecovery(proxy, env);
  });

  it.concurrent('PostgreSQL', async () => {
    await using postgres = await startPostgres();
    await using proxy = await startTcpProxy(postgres.url);
    await expectRecovery(proxy);
  });
});

describe('what became a replica is not ready, and is left for the primary', () => {
  it.runIf(hasRedis).concurrent.each([
    ['redis', {}],
    ['ioredis', withoutNodeRedis],
  ])('Redis, through the package %s', async (_, env) => {
    await using redis = await startRedis();
    await using other = await startRedis();
    await using proxy = await startTcpProxy(redis.url);
    await using server = await serve(proxy.url, env);
    await expectWell(server);
    const operator = new IoRedis(redis.url);
    const { hostname, port } = new URL(other.url);
    await operator.replicaof(hostname, port);
    operator.disconnect();
    await expectSoon(() => readiness(server), 503);
    proxy.leadTo(other.url);
    await expectWell(server);
  });

  it.concurrent('PostgreSQL', async () => {
    await using postgres = await startPostgres();
    await using other = await startPostgres();
    await using proxy = await startTcpProxy(postgres.url);
    await using server = await serve(proxy.url);
    await expectWell(server);
    const operator = new Pool({ connectionString: postgres.url });
    // Sessions that there are already take it up as well.
    await operator.query('ALTER SYSTEM SET default_transaction_read_only = on');
    await operator.query('SELECT pg_reload_conf()');
    await operator.end();
    await expectSoon(() => readiness(server), 503);
    proxy.leadTo(other.url);
    await expectWell(server);
  });
});

it('a PostgreSQL whose commits hang, as while its synchronous standby is gone, keeps nobody from a token that is stored', async () => {
  await using postgres = await startPostgres();
  const [before, after] = [0, 1].map(() => randomBytes(32).toString('base64'));
  await using server = await serve(postgres.url, { NEXCONN_ENCRYPTION_KEYS: `${before}` });
  const stored = Array.from({ length: 10 }, (_, index) => `stored${index}`);
  const logInAll = (to: Serve) => Promise.all(stored.map((userId) => logIn(to, userId)));
  const well = stored.map(() => 200);
  for (const userId of stored) await expectSoon(() => logIn(server, userId), 200);
  await using rotated = await serve(postgres.url, { NEXCONN_ENCRYPTION_KEYS: `${after} ${before}` });
  const operator = new Pool({ connectionString: postgres.url });
  operator.on('error', () => {});
  await operator.query("ALTER SYSTEM SET synchronous_standby_names = 'gone'");
  await operator.query('SELECT pg_reload_conf()');
  const newcomers = Promise.all(Array.from({ length: 40 }, () => logInAnew(server)));
  const hanging = async () => {
    const { rows } = await operator.query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    return Number(rows[0].count);
  };
  await until(async () => expect(await hanging()).toBeGreaterThanOrEqual(6));
  for (let round = 0; round < 5; round += 1) expect(await logInAll(server)).toEqual(well);
  // Each row is under the old key, and cannot be written anew.
  for (let round = 0; round < 5; round += 1) expect(await logInAll(rotated)).toEqual(well);
  await newcomers;
  // Nobody waits for them any more.
  await until(async () => expect(await hanging()).toBe(0));
  await operator.query('ALTER SYSTEM RESET synchronous_standby_names');
  await operator.query('SELECT pg_reload_conf()');
  await operator.end();
  await expectWell(server);
});

it.runIf(hasRedis)('a Redis that may evict tokens is warned about at start', async () => {
  await using redis = await startRedis();
  await using before = await serve(redis.url);
  expect(before.log()).not.toContain('noeviction');
  const operator = new IoRedis(redis.url);
  await operator.config('SET', 'maxmemory-policy', 'allkeys-lru');
  operator.disconnect();
  await using after = await serve(redis.url);
  expect(after.log()).toMatch(/"level":"warn".*allkeys-lru.*noeviction/);
});
