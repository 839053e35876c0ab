import { createPostgresStore } from '@nexconn-kit/token-service/postgres';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { storeSuite } from '@nexconn-kit/token-service/store-suite';
import { Redis as IoRedis } from 'ioredis';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis } from '../support/redis-server.js';
import { type Postgres, startPostgres } from '../support/start-postgres.js';
import { type Redis, startRedis } from '../support/start-redis.js';

describe.runIf(hasRedis)('with a Redis', () => {
  let server: Redis;
  let ioredis: IoRedis;
  let nodeRedis: Awaited<ReturnType<typeof openNodeRedis>>;
  const openNodeRedis = () => createClient({ url: server.url }).connect();
  beforeAll(async () => {
    server = await startRedis();
    ioredis = new IoRedis(server.url);
    nodeRedis = await openNodeRedis();
  });
  afterAll(async () => {
    ioredis?.disconnect();
    nodeRedis?.destroy();
    await server?.[Symbol.asyncDispose]();
  });

  const wipe = async (): Promise<void> => void (await ioredis.flushall());
  storeSuite('Redis (ioredis)', { open: async () => createRedisStore(ioredis), wipe });
  it('Redis passes over a token that was evicted, and counts its user no more', async () => {
    await wipe();
    const store = createRedisStore(ioredis);
    for (const userId of ['ada', 'bob', 'eve']) {
      const leaseId = (await store.acquireLease(userId, 1000)) ?? '';
      const token = { userId, name: 'A', avatarUrl: '', accessToken: `of ${userId}`, secretId: 'old', issuedAt: 1 };
      await store.write(token, leaseId);
    }
    await ioredis.del('{nexconn-tokens}:token:bob');
    expect((await store.listOutdated('new', undefined, 10)).map(({ userId }) => userId)).toEqual(['ada', 'eve']);
    expect(await store.count('new')).toEqual({ users: 2, outdated: 2 });
  });
  storeSuite('Redis (redis)', { open: async () => createRedisStore(nodeRedis, { keyPrefix: 'app:' }), wipe });
});

describe('with a PostgreSQL', () => {
  let server: Postgres;
  let pool: Pool;
  beforeAll(async () => {
    server = await startPostgres();
    pool = new Pool({ connectionString: server.url });
    // The server may go before the pool has ended its connections.
    pool.on('error', () => {});
    await pool.query('CREATE SCHEMA app');
  });
  afterAll(async () => {
    await pool?.end();
    await server?.[Symbol.asyncDispose]();
  });

  const wipeTables = (prefix: string) => async (): Promise<void> => {
    const names = ['tokens', 'facts', 'claims'].map((name) => `${prefix}_${name}`);
    await pool.query(`DROP TABLE IF EXISTS ${names.join(', ')}`);
  };
  storeSuite('PostgreSQL', { open: async () => createPostgresStore(pool), wipe: wipeTables('nexconn') });
  storeSuite('PostgreSQL (schema)', {
    open: async () => createPostgresStore(pool, { tablePrefix: 'app.nexconn' }),
    wipe: wipeTables('app.nexconn'),
  });
});
