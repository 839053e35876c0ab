import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { Redis as IoRedis } from 'ioredis';
import { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasRedis } from '../support/redis-server.js';
import { startPostgres } from '../support/start-postgres.js';
import { startRedis } from '../support/start-redis.js';
import { startTcpProxy, type TcpProxy } from '../support/start-tcp-proxy.js';
import { writeJwt } from '../support/write-jwt.js';
import { type Serve, startServe } from './start-serve.js';

const jwtSecret = 'a shared secret of at least thirty-two bytes';
const running: Serve[] = [];
let mock: RunningMock;
let users = 0;

beforeEach(async () => {
  mock = await startMock({ port: 0 });
});
afterEach(async () => {
  for (const serve of running.splice(0)) await serve[Symbol.asyncDispose]();
  await mock.close();
});

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

async function serve(store: string, more: Record<string, string> = {}): Promise<Serve> {
  const { appKey, appSecret, url: baseUrl } = mock;
  const app = { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: baseUrl };
  const started = await startServe({ ...app, NEXCONN_STORE: store, NEXCONN_JWT_SECRET: jwtSecret, ...more });
  running.push(started);
  return started;
}

/** Logs in a user whom nobody has seen before, for whom the store is written. */
async function logInAnew({ url }: Serve): Promise<number> {
  users += 1;
  const headers = { authorization: `Bearer ${writeJwt(`u${users * 7919}x`, jwtSecret)}` };
  const response = await fetch(`${url}/access-token`, { method: 'POST', headers });
  await response.arrayBuffer();
  return response.status;
}

async function readiness({ url }: Serve): Promise<number> {
  const response = await fetch(`${url}/readyz`);
  await response.arrayBuffer();
  return response.status;
}

async function expectWell(server: Serve): Promise<void> {
  await expect.poll(() => readiness(server)).toBe(200);
  await expect.poll(() => logInAnew(server)).toBe(200);
}

async function expectRecovery(proxy: TcpProxy, env: Record<string, string> = {}): Promise<void> {
  const server = await serve(proxy.url, env);
  await Promise.all(Array.from({ length: 8 }, () => logInAnew(server)));
  await expectWell(server);
  proxy.silence();
  expect(await readiness(server)).toBe(503);
  await expectWell(server);
  proxy.silence();
  expect(await logInAnew(server)).toBe(503);
  await expectWell(server);
}

describe('a store that goes silent on its open connections is used over new ones', () => {
  it.runIf(hasRedis).each([
    ['redis', {}],
    ['ioredis', withoutNodeRedis],
  ])('Redis, through the package %s', async (_, env) => {
    await using redis = await startRedis();
    await using proxy = await startTcpProxy(redis.url);
    await expectRecovery(proxy, env);
  });

  it('PostgreSQL', async () => {
    await using postgres = await startPostgres();
    await using proxy = await startTcpProxy(postgres.url);
    await expectRecovery(proxy);
  });
});

describe('what became a replica is not ready, and is left for the primary', () => {
  it.runIf(hasRedis).each([
    ['redis', {}],
    ['ioredis', withoutNodeRedis],
  ])('Redis, through the package %s', async (_, env) => {
    await using redis = await startRedis();
    await using other = await startRedis();
    await using proxy = await startTcpProxy(redis.url);
    const server = await serve(proxy.url, env);
    await expectWell(server);
    const operator = new IoRedis(redis.url);
    const { hostname, port } = new URL(other.url);
    await operator.replicaof(hostname, port);
    operator.disconnect();
    await expect.poll(() => readiness(server)).toBe(503);
    proxy.leadTo(other.url);
    await expectWell(server);
  });

  it('PostgreSQL', async () => {
    await using postgres = await startPostgres();
    await using other = await startPostgres();
    await using proxy = await startTcpProxy(postgres.url);
    const server = await serve(proxy.url);
    await expectWell(server);
    const operator = new Pool({ connectionString: postgres.url });
    // Sessions that there are already take it up as well.
    await operator.query('ALTER SYSTEM SET default_transaction_read_only = on');
    await operator.query('SELECT pg_reload_conf()');
    await operator.end();
    await expect.poll(() => readiness(server)).toBe(503);
    proxy.leadTo(other.url);
    await expectWell(server);
  });
});

it.runIf(hasRedis)('a Redis that may evict tokens is warned about at start', async () => {
  await using redis = await startRedis();
  expect((await serve(redis.url)).log()).not.toContain('noeviction');
  const operator = new IoRedis(redis.url);
  await operator.config('SET', 'maxmemory-policy', 'allkeys-lru');
  operator.disconnect();
  expect((await serve(redis.url)).log()).toMatch(/"level":"warn".*allkeys-lru.*noeviction/);
});
