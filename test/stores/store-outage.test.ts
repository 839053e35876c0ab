import { createNexconnClient } from '@nexconn-kit/client';
import { createMock } from '@nexconn-kit/mock';
import {
  createTokenService,
  type TokenService,
  type TokenServiceEvent,
  type TokenStore,
  type TokenUser,
} from '@nexconn-kit/token-service';
import { createPostgresStore } from '@nexconn-kit/token-service/postgres';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { Redis as IoRedis } from 'ioredis';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { patient } from '../support/patient.js';
import { hasRedis } from '../support/redis-server.js';
import { startPostgres } from '../support/start-postgres.js';
import { startRedis } from '../support/start-redis.js';

interface Server extends AsyncDisposable {
  readonly url: string;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

let users = 0;
/** One whom no test has had before. */
const newUser = (): TokenUser => {
  users += 1;
  return { userId: `u${users * 7919}x`, name: 'Ada' };
};
const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Opens a store over a client as its library makes it by default; whoever does not listen to its errors is ended by them. */
const stores: Record<string, (url: string) => Promise<TokenStore>> = {
  async redis(url) {
    const client = createClient({ url });
    client.on('error', () => {});
    opened.push(() => client.destroy());
    return createRedisStore(await client.connect());
  },
  async ioredis(url) {
    const client = new IoRedis(url);
    client.on('error', () => {});
    opened.push(() => client.disconnect());
    return createRedisStore(client);
  },
  async pg(url) {
    const pool = new Pool({ connectionString: url });
    pool.on('error', () => {});
    opened.push(() => pool.end());
    return createPostgresStore(pool);
  },
};

/** Returns a service on a mock of its own; `beforeSending` runs before each issue call leaves. */
function makeService(store: TokenStore, beforeSending: () => Promise<void> = async () => {}) {
  const { appKey, appSecret, fetch: answer, console } = createMock();
  const fetch = async (request: Request): Promise<Response> => {
    await beforeSending();
    return answer(request);
  };
  const client = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost', fetch, ...patient });
  opened.push(client.close);
  const events: TokenServiceEvent[] = [];
  const tokens = createTokenService({ client, store, storeTimeoutMs: 3_000, onEvent: (event) => events.push(event) });
  const issued = async (): Promise<number> => (await console.getApp({ appKey })).tokenCount;
  return { tokens, events, issued };
}

/** Comes back as it is told to, like an app that obeys Retry-After. */
async function getAtLast(tokens: TokenService, user: TokenUser): Promise<string> {
  for (;;) {
    const { accessToken, retryAfterMs } = await tokens.get(user).catch((error) => error);
    if (accessToken !== undefined) return accessToken;
    if (retryAfterMs === undefined) throw new Error('It says nothing of when to come back.');
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
  }
}

function outageSuite(names: readonly string[], startServer: () => Promise<Server>): void {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
  });
  afterEach(() => server.start());

  describe.each(names)('through %s', (name) => {
    const open = (): Promise<TokenStore> => (stores[name] as (typeof stores)[string])(server.url);

    it('log-ins end in time and say when to come back, and get what was kept once it is there again', async () => {
      const { tokens, issued } = makeService(await open());
      const [known, unknown] = [newUser(), newUser()];
      const accessToken = await getAtLast(tokens, known);
      await server.stop();
      const refused = await Promise.allSettled([
        ...[known, unknown, known].map(tokens.get),
        tokens.forget(unknown.userId),
      ]);
      const failure = { code: 'STORE_FAILED', retryAfterMs: expect.any(Number), cause: expect.any(Error) };
      const rejected = { status: 'rejected', reason: expect.objectContaining(failure) };
      expect(refused).toEqual([rejected, rejected, rejected, rejected]);
      // Nobody can say whether these users have a token.
      expect(await issued()).toBe(1);
      await server.start();
      expect(await getAtLast(tokens, unknown)).not.toBe(accessToken);
      expect([await getAtLast(tokens, known), await issued()]).toEqual([accessToken, 2]);
    });

    it('a token that was issued as it went is handed out all the same, and told of', async () => {
      const store = await open();
      const { tokens, events } = makeService(store, server.stop);
      const user = newUser();
      expect(await tokens.get(user)).toHaveProperty('accessToken');
      expect(events).toEqual([
        { type: 'store-failed', userId: user.userId, error: expect.objectContaining({ code: 'STORE_FAILED' }) },
        expect.objectContaining({ type: 'issued', userId: user.userId }),
      ]);
      await server.start();
      // Not the same user: the right to issue, which could not be given back, ends by itself in ten seconds.
      expect(await getAtLast(makeService(store).tokens, newUser())).toBeTypeOf('string');
    });
  });
}

// A rejection that nobody handles fails the run by itself.
describe.runIf(hasRedis)('while Redis is gone', () => {
  outageSuite(['redis', 'ioredis'], () => startRedis({ keepsData: true }));
});

describe('while PostgreSQL is gone', () => {
  outageSuite(['pg'], startPostgres);
});
