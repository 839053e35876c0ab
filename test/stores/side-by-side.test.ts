import { createNexconnClient } from '@nexconn-kit/client';
import { createMock } from '@nexconn-kit/mock';
import { createTokenService, type StoredToken, type TokenStore } from '@nexconn-kit/token-service';
import { createPostgresStore } from '@nexconn-kit/token-service/postgres';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { Redis as IoRedis } from 'ioredis';
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { patientService } from '../support/patient.js';
import { hasRedis } from '../support/redis-server.js';
import { startPostgres } from '../support/start-postgres.js';
import { startRedis } from '../support/start-redis.js';

const appKey = 'uwd1c0sxdlx2';

/** A server that instances of two versions share, as during an update; D1, and SQLite in several processes, came later than 0.1. */
interface Shared {
  readonly open01: () => TokenStore;
  readonly open: () => TokenStore;
  readonly wipe: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

async function load01<Client>(file: string, name: string): Promise<(client: Client) => TokenStore> {
  const { href } = new URL(`../../packages/token-service/test/at-rest/0.1/${file}`, import.meta.url);
  const loaded = (await import(href)) as Record<string, (client: Client) => TokenStore>;
  return loaded[name] as (client: Client) => TokenStore;
}

async function shareRedis(): Promise<Shared> {
  const create01 = await load01<IoRedis>('redis-store.js', 'createRedisStore');
  const server = await startRedis();
  const client = new IoRedis(server.url);
  return {
    open01: () => create01(client),
    open: () => createRedisStore(client),
    wipe: () => client.flushall(),
    async close() {
      client.disconnect();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function sharePostgres(): Promise<Shared> {
  const create01 = await load01<Pool>('postgres-store.js', 'createPostgresStore');
  const server = await startPostgres();
  const pool = new Pool({ connectionString: server.url });
  // The server may go before the pool has ended its connections.
  pool.on('error', () => {});
  return {
    open01: () => create01(pool),
    open: () => createPostgresStore(pool),
    wipe: () => pool.query('DROP TABLE IF EXISTS nexconn_tokens, nexconn_facts, nexconn_claims'),
    async close() {
      await pool.end();
      await server[Symbol.asyncDispose]();
    },
  };
}

const kinds = [...(hasRedis ? [['Redis', shareRedis] as const] : []), ['PostgreSQL', sharePostgres] as const];

describe.each(kinds)('an instance of version 0.1 beside one of today, with a %s', (_name, share) => {
  let shared: Shared;
  beforeAll(async () => {
    shared = await share();
  });
  afterAll(() => shared?.close());
  beforeEach(() => shared.wipe());

  const token: StoredToken = {
    ...{ userId: 'ada', name: 'Ada 😀', avatarUrl: '', accessToken: 'x', secretId: 'one', issuedAt: 1 },
  };
  const forApp = (store: TokenStore): TokenStore => store.forApp?.(appKey) ?? store;

  describe.each([
    ['after it', (old: TokenStore, today: TokenStore) => [old, today]],
    ['before it', (old: TokenStore, today: TokenStore) => [today, old]],
  ] as const)('that started %s', (_order, order) => {
    /** Both stores, each of which has asked once, in their order. */
    async function start(): Promise<[old: TokenStore, today: TokenStore]> {
      const both: [TokenStore, TokenStore] = [shared.open01(), forApp(shared.open())];
      for (const store of order(...both)) expect((await store.read('ada')).token).toBeUndefined();
      return both;
    }

    it('reads and removes what the other one has written', async () => {
      const [old, today] = await start();
      for (const [writer, reader] of [
        [old, today],
        [today, old],
      ] as const) {
        await writer.write(token, '');
        // What today adds, 0.1 leaves alone.
        expect((await reader.read('ada')).token).toMatchObject(token);
        await reader.remove('ada');
        expect((await writer.read('ada')).token).toBeUndefined();
      }
    });

    it('issues for nobody whom the other one is issuing for', async () => {
      const [old, today] = await start();
      for (const [owner, other] of [
        [old, today],
        [today, old],
      ] as const) {
        const leaseId = await owner.acquireLease('ada', 60_000);
        expect(leaseId).toBeTypeOf('string');
        expect(await other.acquireLease('ada', 60_000)).toBeUndefined();
        // Neither ends the lease of the other one.
        await other.releaseLease('ada', 'another');
        expect(await other.acquireLease('ada', 60_000)).toBeUndefined();
        await owner.write(token, `${leaseId}`);
        const next = await other.acquireLease('ada', 60_000);
        expect(next).toBeTypeOf('string');
        await other.releaseLease('ada', `${next}`);
      }
    });

    it('knows which App Secret is in force, and whose tokens are of another one', async () => {
      const [old, today] = await start();
      await old.write(token, '');
      await today.write({ ...token, userId: 'bob' }, '');
      await today.setCurrentSecret('two', { expected: undefined });
      expect(await old.currentSecret()).toBe('two');
      await old.setCurrentSecret('three', { expected: 'two' });
      expect(await today.currentSecret()).toBe('three');
      for (const store of [old, today]) {
        expect(await store.count('three')).toEqual({ users: 2, outdated: 2 });
        const outdated = await store.listOutdated('three', undefined, 10);
        expect(outdated.map(({ userId }) => userId)).toEqual(['ada', 'bob']);
      }
      await today.write({ ...token, secretId: 'three' }, '');
      await old.write({ ...token, userId: 'bob', secretId: 'three' }, '');
      for (const store of [old, today]) expect(await store.count('three')).toEqual({ users: 2, outdated: 0 });
    });

    it('makes one call for each user together with it', async () => {
      const stores = await start();
      const mock = createMock({ appKey, appSecret: 'Y1W2MeFwwwRxa0', rateLimit: false });
      const services = stores.map((store) => {
        const { appSecret, fetch } = mock;
        const client = createNexconnClient({ appKey, appSecret, fetch, baseUrl: 'http://localhost', rateLimit: false });
        return createTokenService({ client, store, ...patientService });
      });
      const users = Array.from({ length: 40 }, (_, index) => ({ userId: `u${index * 7919}`, name: 'U' }));
      const handed = await Promise.all(
        services.map((service) => Promise.all(users.map(async (user) => (await service.get(user)).accessToken))),
      );
      expect(handed[0]).toEqual(handed[1]);
      const { tokens } = await mock.console.listTokens({ appKey, limit: 1000 });
      expect(tokens).toHaveLength(users.length);
    });
  });
});
