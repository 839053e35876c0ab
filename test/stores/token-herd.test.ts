import { createNexconnClient } from '@nexconn-kit/client';
import { createRedisRateStore } from '@nexconn-kit/client/redis';
import { startMock } from '@nexconn-kit/mock';
import { createTokenService, type TokenService, TokenServiceError } from '@nexconn-kit/token-service';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { createClient } from 'redis';
import { afterAll, describe, expect, it } from 'vitest';
import { patient, patientService } from '../support/patient.js';
import { hasRedis } from '../support/redis-server.js';
import { startRedis } from '../support/start-redis.js';

const opened: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of opened.reverse()) await close();
});

interface Api {
  readonly url: string;
  readonly appKey: string;
  readonly appSecret: string;
}

/** An instance that shares nothing with the others but what is in Redis; of its callers few may wait. */
async function openInstance({ url: baseUrl, appKey, appSecret }: Api, redisUrl: string): Promise<TokenService> {
  const redis = createClient({ url: redisUrl });
  redis.on('error', () => {});
  await redis.connect();
  opened.push(() => redis.destroy());
  const rateLimit = { store: createRedisRateStore(redis), maxQueueMs: 200 };
  const client = createNexconnClient({ appKey, appSecret, baseUrl, rateLimit, ...patient });
  opened.push(client.close);
  return createTokenService({ client, store: createRedisStore(redis), ...patientService });
}

describe.runIf(hasRedis)('a herd on three instances that share a Redis', () => {
  it('gets its tokens by one call for each user, and none too early, though many are sent away at first', async () => {
    const redis = await startRedis();
    opened.push(() => redis[Symbol.asyncDispose]());
    // A quarter more than the instances may send: a fleet that kept no limit would still be refused, and one whose
    // calls a busy machine brings together is not.
    const mock = await startMock({ port: 0, rateLimit: 250 });
    opened.push(() => mock.close());
    const instances = await Promise.all([1, 2, 3].map(() => openInstance(mock, redis.url)));
    const users = Array.from({ length: 300 }, (_, index) => ({ userId: `u${index * 7919}x`, name: 'Ada' }));
    let sentAway = 0;

    async function logIn(tokens: TokenService, user: (typeof users)[number]): Promise<string> {
      for (;;) {
        try {
          return (await tokens.get(user)).accessToken;
        } catch (error) {
          if (!(error instanceof TokenServiceError) || error.retryAfterMs === undefined) throw error;
          sentAway += 1;
          const waitMs = error.retryAfterMs * (0.5 + Math.random());
          await new Promise((resolve) => setTimeout(resolve, waitMs));
        }
      }
    }

    // Everybody with two devices, on two instances.
    const onDevice = (offset: number): Promise<string[]> =>
      Promise.all(users.map((user, index) => logIn(instances[(index + offset) % 3] as TokenService, user)));
    const [tokens, others] = await Promise.all([onDevice(0), onDevice(1)]);
    expect(new Set(tokens).size).toBe(users.length);
    expect(others).toEqual(tokens);
    expect(sentAway).toBeGreaterThan(0);
    const { entries } = await mock.console.listJournal();
    expect(entries.filter(({ status }) => status !== 200)).toEqual([]);
    expect(entries.map(({ userId }) => userId).sort()).toEqual(users.map(({ userId }) => userId).sort());
  });
});
