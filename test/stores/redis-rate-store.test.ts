import { createRedisRateStore, type RedisLike } from '@nexconn-kit/client/redis';
import { Redis as IoRedis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis } from '../support/redis-server.js';
import { type Redis, startRedis } from '../support/start-redis.js';
import { rateStoreSuite } from './rate-store-suite.js';

const opened: (() => void)[] = [];
let redis: Redis;

async function openNodeRedis() {
  const client = createClient({ url: redis.url });
  await client.connect();
  opened.push(() => client.destroy());
  return client;
}

function openIoRedis() {
  const client = new IoRedis(redis.url);
  opened.push(() => client.disconnect());
  return client;
}

const clients: [string, () => Promise<RedisLike>][] = [
  ['redis', openNodeRedis],
  ['ioredis', async () => openIoRedis()],
  [
    'a function that sends a command',
    async () => {
      const client = openIoRedis();
      return ([name = '', ...args]: readonly string[]) => client.call(name, ...args);
    },
  ],
];

describe.runIf(hasRedis)('a rate store of a Redis', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(() => {
    for (const close of opened.splice(0)) close();
  });
  afterAll(async () => {
    await redis?.[Symbol.asyncDispose]();
  });

  describe.each(clients)('through %s', (_, open) => {
    rateStoreSuite(() => ({
      open: async () => createRedisRateStore(await open()),
      setAhead: async (key, ms) => {
        const client = openIoRedis();
        const { even, now } = await client.hgetall(key);
        await client.hset(key, { even: Number(even) + ms * 1000, now: Number(now) + ms * 1000 });
      },
    }));

    it('goes on when Redis has forgotten its scripts', async () => {
      const store = createRedisRateStore(await open());
      await store.reserve('forgotten', 10);
      await openIoRedis().script('FLUSH');
      expect((await store.reserve('forgotten', 10)).id).toBe(2);
      await openIoRedis().del('forgotten');
    });
  });

  it('has its keys expire, with a prefix before them', async () => {
    const client = openIoRedis();
    await createRedisRateStore(client, { keyPrefix: 'staging:' }).reserve('nexconn:rate:a', 10);
    expect(await client.keys('staging:*')).toEqual(['staging:nexconn:rate:a']);
    expect(await client.pttl('staging:nexconn:rate:a')).toBeGreaterThan(0);
  });

  it('keeps nothing of a delay once its slot has come', async () => {
    const client = openIoRedis();
    const store = createRedisRateStore(client);
    await store.reserve('delayed', 10, [{ id: 2, dueMs: Date.now() + 50 }]);
    await store.reserve('delayed', 10);
    expect(Object.keys(await client.hgetall('delayed')).sort()).toEqual(['even', 'id', 'now', 'sharer:']);
  });

  it('rejects with what Redis says', async () => {
    const client = openIoRedis();
    await client.set('taken', 'a text');
    await expect(createRedisRateStore(client).reserve('taken', 10)).rejects.toThrow('WRONGTYPE');
  });
});

it('with CI=true there is a Redis, so that no test is left out', () => {
  expect(process.env.CI !== 'true' || hasRedis).toBe(true);
});
