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
  [
    'a function whose answers are bytes',
    async () => {
      const client = openIoRedis();
      return ([name = '', ...args]: readonly string[]) => client.callBuffer(name, ...args);
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
        const times = Object.entries(await client.hgetall(key));
        await client.hset(key, Object.fromEntries(times.map(([name, time]) => [name, Number(time) + ms * 1000])));
      },
      spoil: async (key, value) => {
        const client = openIoRedis();
        const [seconds] = await client.time();
        const times = {
          Infinity: 'inf',
          NaN: 'nan',
          text: 'x',
          'far ahead': `${(Number(seconds) + 864_000) * 1_000_000}`,
        };
        await client.hset(key, { reserved: times[value], penalty: times[value] });
      },
      setSeen: async (key, id, msAgo) => {
        const client = openIoRedis();
        const [seconds] = await client.time();
        const [, ...rest] = ((await client.hget(key, `m:${id}`)) ?? '').split(' ');
        await client.hset(key, `m:${id}`, [(Number(seconds) * 1000 - msAgo) * 1000, ...rest].join(' '));
      },
    }));

    it('goes on when Redis has forgotten its scripts', async () => {
      const store = createRedisRateStore(await open());
      await store.reserve('forgotten', { reservedMs: 10_000, penaltyMs: 0 });
      await openIoRedis().script('FLUSH');
      const { reservedMs } = await store.reserve('forgotten', { reservedMs: 10_000, penaltyMs: 0 });
      expect(reservedMs).toBeGreaterThan(10_000);
      await openIoRedis().del('forgotten');
    });
  });

  it('has its keys expire, with a prefix before them', async () => {
    const client = openIoRedis();
    await createRedisRateStore(client, { keyPrefix: 'staging:' }).reserve('nexconn:rate:a', {
      reservedMs: 10,
      penaltyMs: 0,
    });
    expect(await client.keys('staging:*')).toEqual(['staging:nexconn:rate:a']);
    expect(await client.pttl('staging:nexconn:rate:a')).toBeGreaterThan(0);
  });

  it('keeps three times of a key, however often it is asked', async () => {
    const client = openIoRedis();
    const store = createRedisRateStore(client);
    for (let count = 0; count < 5; count += 1) await store.reserve('kept', { reservedMs: 10, penaltyMs: 1 });
    expect(Object.keys(await client.hgetall('kept')).sort()).toEqual(['now', 'penalty', 'reserved']);
  });

  it('rejects with what Redis says', async () => {
    const client = openIoRedis();
    await client.config('SET', 'min-replicas-to-write', '1');
    try {
      const store = createRedisRateStore(client);
      await expect(store.reserve('taken', { reservedMs: 10, penaltyMs: 0 })).rejects.toThrow('NOREPLICAS');
    } finally {
      await client.config('SET', 'min-replicas-to-write', '0');
    }
  });

  it('takes the place of what is of another type, and has it expire', async () => {
    const client = openIoRedis();
    const store = createRedisRateStore(client);
    for (const [take, key] of [
      [() => client.set('a-text', 'x'), 'a-text'],
      [() => client.rpush('a-list', 'x'), 'a-list'],
    ] as const) {
      await take();
      expect(await store.reserve(key, { reservedMs: 10, penaltyMs: 0 })).toEqual({ reservedMs: 10, penaltyMs: 0 });
      expect(await client.pttl(key)).toBeGreaterThan(0);
    }
  });

  it('keeps to a client with a prefix of its own, which may touch that prefix alone', async () => {
    const operator = openIoRedis();
    await operator.acl('SETUSER', 'app', 'on', '>pw', '~app:*', '+@all');
    const client = new IoRedis(redis.url, { keyPrefix: 'app:', username: 'app', password: 'pw' });
    opened.push(() => client.disconnect());
    const member = { id: 'one', isBusy: true, perSecond: 200, silentAfterMs: 5_000 };
    const { fleet } = await createRedisRateStore(client).reserve(
      'of-a-client',
      { reservedMs: 10, penaltyMs: 0 },
      member,
    );
    expect(fleet).toEqual({ members: 1, silent: 0, perSecond: 200 });
    expect(await operator.exists('app:of-a-client')).toBe(1);
  });
});

it('with CI=true there is a Redis, so that no test is left out', () => {
  expect(process.env.CI !== 'true' || hasRedis).toBe(true);
});
