import { randomUUID } from 'node:crypto';
import { createNexconnClient, type NexconnClient } from '@nexconn-kit/client';
import { createMock } from '@nexconn-kit/mock';
import {
  createEncryptedStore,
  createTokenService,
  type StoredToken,
  type TokenStore,
} from '@nexconn-kit/token-service';
import { createRedisStore, type RedisStoreOptions } from '@nexconn-kit/token-service/redis';
import { Redis as IoRedis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { patient, patientService } from '../support/patient.js';
import { hasRedis } from '../support/redis-server.js';
import { type Redis, startRedis } from '../support/start-redis.js';

const prefix = '{nexconn-tokens}:';
const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64');

let server: Redis;
let redis: IoRedis;
beforeAll(async () => {
  if (!hasRedis) return;
  server = await startRedis();
  redis = new IoRedis(server.url);
});
beforeEach(async () => {
  await redis?.flushall();
});
afterEach(async () => {
  await redis?.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction');
});
afterAll(async () => {
  redis?.disconnect();
  await server?.[Symbol.asyncDispose]();
});

function row(changes: Partial<StoredToken> = {}): StoredToken {
  const token = { userId: 'ada', name: 'Ada', avatarUrl: '', accessToken: 'a token', secretId: 'one', issuedAt: 1 };
  return { ...token, ...changes };
}

async function put(store: TokenStore, ...users: string[]): Promise<void> {
  for (const userId of users) await store.write(row({ userId }), '');
}

async function listAll(store: TokenStore): Promise<string[]> {
  const seen: string[] = [];
  for (let after: string | undefined; ; after = seen.at(-1)) {
    const page = await store.listOutdated('', after, 2);
    if (page.length === 0) return seen;
    seen.push(...page.map(({ userId }) => userId));
  }
}

describe.runIf(hasRedis)('of a Redis store that was evicted in part', () => {
  it.each([
    ['the index of its users', ['users:one']],
    ['the names of the secrets', ['secrets']],
    ['both', ['users:one', 'secrets']],
  ])('%s is built anew, and nobody is passed over', async (_, names) => {
    const partOf = (appKey: string) => createRedisStore(redis).forApp?.(appKey) as TokenStore;
    await put(partOf('owner'), 'd4', 'a1', 'b2', 'c3');
    await put(partOf('other'), 'x9');
    for (const name of names) await redis.del(`${prefix}${name}`);
    expect(await listAll(partOf('owner'))).toEqual(['a1', 'b2', 'c3', 'd4']);
    for (const name of names) await redis.del(`${prefix}${name}`);
    expect(await partOf('owner').count('another')).toEqual({ users: 4, outdated: 4 });
    expect(await listAll(partOf('other'))).toEqual(['x9']);
  });

  it('the index is whole again for more users than one look sees, and those of a value that is no row are left out', async () => {
    const store = createRedisStore(redis);
    const users = Array.from({ length: 3_000 }, (_, index) => `u${index}`);
    await Promise.all(users.map((userId) => store.write(row({ userId }), '')));
    await redis.del(`${prefix}users:one`);
    await redis.set(`${prefix}token:broken`, 'no row');
    await redis.hset(`${prefix}token:hash`, 'a', '1');
    expect(await store.count('two')).toEqual({ users: 3_000, outdated: 3_000 });
  });

  it('a user whose index alone is gone is found where Redis has evicted, or may evict', async () => {
    const store = createRedisStore(redis);
    const users = Array.from({ length: 3_000 }, (_, index) => `u${index}`);
    await Promise.all(users.map((userId) => store.write(row({ userId }), '')));
    await put(store, 'ada');
    await store.write(row({ secretId: 'two' }), '');
    await redis.del(`${prefix}users:two`);
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await store.count('one')).toEqual({ users: 3_001, outdated: 1 });
  });

  it('the current App Secret is not known: no token is handed out until the API has said it', async () => {
    const { appKey, appSecret, fetch } = createMock();
    const client = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost', fetch, ...patient });
    const asked = vi.fn<NexconnClient['issueAccessToken']>((...args) => client.issueAccessToken(...args));
    const user = { userId: 'ada', name: 'Ada' };
    const start = (store: TokenStore) =>
      createTokenService({ client: { ...client, issueAccessToken: asked }, store, ...patientService });
    for (const store of [createRedisStore(redis), createEncryptedStore(createRedisStore(redis), { keys: [key] })]) {
      await redis.flushall();
      asked.mockClear();
      const first = await start(store).get(user);
      await start(store).get({ userId: 'bob', name: 'Bob' });
      await redis.del(`${prefix}switched`);
      const second = await start(store).get(user);
      expect(second.accessToken).not.toBe(first.accessToken);
      expect(await redis.get(`${prefix}switched`)).toBe((await createRedisStore(redis).read('ada')).token?.secretId);
      // The others' are vouched for again.
      await start(store).get({ userId: 'bob', name: 'Bob' });
      expect(asked).toHaveBeenCalledTimes(3);
    }
  });

  it('the owner is known by their rows: another app that starts first does not take them for its own', async () => {
    const store = createRedisStore(redis);
    const [owner, other] = [store.forApp?.('owner'), store.forApp?.('other')] as TokenStore[];
    await put(owner as TokenStore, 'ada');
    await put(other as TokenStore, 'bob');
    await redis.del(`${prefix}app_key`);
    const again = createRedisStore(redis);
    expect(await listAll(again.forApp?.('other') as TokenStore)).toEqual(['bob']);
    expect(await redis.get(`${prefix}app_key`)).toBe('owner');
    expect(await listAll(again.forApp?.('owner') as TokenStore)).toEqual(['ada']);
  });

  it('the owner is recorded anew while it is used', async () => {
    const owner = createRedisStore(redis).forApp?.('owner') as TokenStore;
    await put(owner, 'ada');
    await redis.del(`${prefix}app_key`);
    await put(owner, 'bob');
    expect(await redis.get(`${prefix}app_key`)).toBe('owner');
    expect((await owner.read('ada')).token).toEqual(row());
  });

  it('the rest is found, under whatever prefix, by a user of Redis who may run scripts alone', async () => {
    const keyPrefix = 'a*[b]?\\c:';
    const name = `u${randomUUID()}`;
    await redis.acl('SETUSER', name, 'on', '>geheim', '~*', '+@all', '-@dangerous', '+keys');
    const limited = new IoRedis(server.url, { username: name, password: 'geheim' });
    const store = createRedisStore(limited, { keyPrefix });
    await put(store, 'ada', 'bob');
    await redis.set('aXXb:token:eve', JSON.stringify(row({ userId: 'eve' })));
    await redis.del(`${keyPrefix}secrets`);
    expect(await listAll(store)).toEqual(['ada', 'bob']);
    limited.disconnect();
  });

  it('a user of Redis who may not look for keys has the tokens that are in the index', async () => {
    const name = `u${randomUUID()}`;
    await redis.acl('SETUSER', name, 'on', '>geheim', '~*', '+@all', '-@dangerous', '-scan');
    const limited = new IoRedis(server.url, { username: name, password: 'geheim' });
    const store = createRedisStore(limited).forApp?.('key1') as TokenStore;
    await put(store, 'ada', 'bob');
    expect((await store.read('ada')).token).toEqual(row());
    expect(await listAll(store)).toEqual(['ada', 'bob']);
    limited.disconnect();
  });

  it('what is left of 3,000 tokens is found by reissueAll after Redis has evicted the others', async () => {
    const { appKey, appSecret, fetch } = createMock({ rateLimit: false });
    const client = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost', fetch, rateLimit: false });
    const store = createRedisStore(redis);
    const users = Array.from({ length: 3_000 }, (_, index) => `u${index}`);
    const part = store.forApp?.(appKey) as TokenStore;
    await Promise.all(users.map((userId) => part.write(row({ userId, accessToken: 'x'.repeat(200) }), '')));
    const used = /used_memory:(\d+)/.exec(await redis.info('memory'))?.[1];
    await redis.config('SET', 'maxmemory', `${Number(used) - 500_000}`, 'maxmemory-policy', 'allkeys-random');
    await redis.set('another', 'x'.repeat(1000)).catch(() => {});
    await redis.config('SET', 'maxmemory', '0');
    await redis.del(`${prefix}users:one`, `${prefix}secrets`, `${prefix}app_key`, `${prefix}schema`);
    const left = (await redis.keys(`${prefix}token:*`)).length;
    expect(left).toBeGreaterThan(100);
    expect(left).toBeLessThan(3_000);
    const progress = await createTokenService({
      client,
      store: createRedisStore(redis),
      ...patientService,
    }).reissueAll();
    expect(progress).toMatchObject({ total: left, done: left, failed: 0 });
  });
});

describe.runIf(hasRedis)('that Redis may evict tokens', () => {
  const tell = async (options: RedisStoreOptions = {}, client = redis): Promise<void> => {
    const store = createRedisStore(client, options);
    await store.read('ada');
    await store.forApp?.('key1').read('ada');
    await store.count('one');
  };

  it('is told once, to a listener or as a warning of the process', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const onEviction = vi.fn();
    await tell();
    await tell({ onEviction });
    expect([warned.mock.calls, onEviction.mock.calls]).toEqual([[], []]);
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await tell({ onEviction });
    expect(onEviction.mock.calls).toEqual([['allkeys-lru']]);
    expect(warned).not.toHaveBeenCalled();
    await tell();
    expect(warned.mock.calls).toEqual([
      [
        expect.stringMatching(/allkeys-lru.*noeviction/),
        expect.objectContaining({ type: 'NexconnStoreWarning', code: 'REDIS_EVICTS' }),
      ],
    ]);
    warned.mockRestore();
  });

  it('is not told to a user of Redis who may not ask, for whom the store works all the same', async () => {
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await redis.acl('SETUSER', 'limited', 'on', '>geheim', '~*', '+@all', '-@dangerous');
    const limited = new IoRedis(server.url, { username: 'limited', password: 'geheim' });
    const onEviction = vi.fn();
    await tell({ onEviction }, limited);
    expect(onEviction).not.toHaveBeenCalled();
    limited.disconnect();
  });
});
