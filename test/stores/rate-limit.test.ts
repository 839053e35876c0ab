import { createNexconnClient, type NexconnClient, type NexconnEvent, type RateStore } from '@nexconn-kit/client';
import { createPostgresRateStore } from '@nexconn-kit/client/postgres';
import { createRedisRateStore } from '@nexconn-kit/client/redis';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { Redis as IoRedis } from 'ioredis';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { patient } from '../support/patient.js';
import { hasRedis } from '../support/redis-server.js';
import { type Postgres, startPostgres } from '../support/start-postgres.js';
import { type Redis, startRedis } from '../support/start-redis.js';

const request = { userId: 'jlk456j5', name: 'Ada' };
const opened: (() => unknown)[] = [];
let mock: RunningMock;

beforeEach(async () => {
  mock = await startMock({ port: 0 });
});
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
  await mock?.close();
});

/** Returns a client. What is refused it sends again; the journal has both. */
function makeClient(
  store?: RateStore,
  onEvent?: (event: NexconnEvent) => void,
  app: Pick<RunningMock, 'appKey' | 'appSecret'> = mock,
  perSecond?: number,
): NexconnClient {
  const { appKey, appSecret } = app;
  const { url: baseUrl } = mock;
  const rateLimit = { store, perSecond, maxQueueMs: 300_000 };
  const nexconn = createNexconnClient({ appKey, appSecret, baseUrl, rateLimit, onEvent, ...patient });
  opened.push(nexconn.close);
  return nexconn;
}

/** Runs so many calls, a hundred of each client at once. */
async function callAll(clients: readonly NexconnClient[], count: number): Promise<void> {
  let left = count;
  const call = async (nexconn: NexconnClient): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await nexconn.issueAccessToken(request, { priority: 'bulk' });
    }
  };
  await Promise.all(clients.flatMap((nexconn) => Array.from({ length: 100 }, () => call(nexconn))));
}

/**
 * The mock counts by itself, and refuses the 201st within a second. Requests that a busy machine makes late may be refused, which
 * each process learns of; without a limit that is kept most would be. That a calm one has none refused is tested with a clock.
 */
async function expectFewRefused(count: number): Promise<void> {
  const { entries } = await mock.console.listJournal();
  const accepted = entries.filter(({ status }) => status === 200);
  expect(accepted).toHaveLength(count);
  expect(entries.length - accepted.length).toBeLessThanOrEqual(count * 0.1);
}

describe('a client alone', () => {
  it('has all of 700 calls taken that are made as quickly as it lets them, and few refused before', async () => {
    await callAll([makeClient()], 700);
    await expectFewRefused(700);
  });

  it('makes no burst out of a pause', async () => {
    const nexconn = makeClient();
    await nexconn.issueAccessToken(request);
    // As long as the calls of another app take, at the same limit.
    const other = await mock.console.createApp({});
    await callAll([makeClient(undefined, undefined, other)], 300);
    await callAll([nexconn], 300);
    await expectFewRefused(601);
  });

  it('lets a log-in go before those of a bulk job that wait', async () => {
    const nexconn = makeClient();
    const job = callAll([nexconn], 100);
    await nexconn.issueAccessToken({ userId: 'login', name: 'Ada' });
    await job;
    const { entries } = await mock.console.listJournal();
    // In the order in which they were made it would be the last one.
    expect(entries.findIndex(({ userId }) => userId === 'login')).toBeLessThan(50);
  });

  it('has those who wait rejected when it is closed', async () => {
    const nexconn = makeClient();
    const calls = Promise.allSettled(Array.from({ length: 50 }, () => nexconn.issueAccessToken(request)));
    await nexconn.close();
    const codes = (await calls).flatMap((call) => (call.status === 'rejected' ? [call.reason.code] : []));
    expect(new Set(codes)).toEqual(new Set(['ABORTED']));
    expect((await mock.console.listJournal()).entries.length + codes.length).toBe(50);
  });
});

/** Of two that were told other limits, one is told another one by the other. */
async function expectLowestInForce(openStore: () => RateStore): Promise<void> {
  const limits: NexconnEvent[] = [];
  const note = (event: NexconnEvent): void => {
    if (event.type === 'rate-limit') limits.push(event);
  };
  const [high, low] = [makeClient(openStore(), note, mock, 180), makeClient(openStore(), note, mock, 90)];
  await low.issueAccessToken(request);
  await high.issueAccessToken(request);
  expect(limits).toEqual([{ type: 'rate-limit', operationId: 'issueAccessToken', perSecond: 90, ownPerSecond: 180 }]);
}

describe.runIf(hasRedis)('clients that share a Redis', () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis?.[Symbol.asyncDispose]();
  });

  function openStore(): RateStore {
    const client = new IoRedis(redis.url, { retryStrategy: () => 100 });
    // Told to whoever asks for a slot.
    client.on('error', () => {});
    opened.push(() => client.disconnect());
    return createRedisRateStore(client, { keyPrefix: `${mock.url}:` });
  }

  it('have all of 900 calls taken that they make as quickly as they are let, and few refused before', async () => {
    await callAll([makeClient(openStore()), makeClient(openStore()), makeClient(openStore())], 900);
    await expectFewRefused(900);
  });

  it('have few refused while their event loop is blocked now and then', async () => {
    const clients = [makeClient(openStore()), makeClient(openStore())];
    const block = setInterval(() => {
      const until = performance.now() + 15;
      while (performance.now() < until);
    }, 100);
    opened.push(() => clearInterval(block));
    await callAll(clients, 700);
    await expectFewRefused(700);
  });

  it('have the lowest limit in force that one of them was told, and say so', () => expectLowestInForce(openStore));

  it('go on with a share of the limit when Redis is gone, say so, and share again once it is back', async () => {
    const states: string[] = [];
    const causes: unknown[] = [];
    const came = { lost: () => {}, found: () => {} };
    const lost = new Promise<void>((resolve) => (came.lost = resolve));
    const found = new Promise<void>((resolve) => (came.found = resolve));
    const nexconn = makeClient(openStore(), (event) => {
      if (event.type !== 'rate-store') return;
      states.push(event.state);
      causes.push(event.cause);
      came[event.state]();
    });
    await callAll([nexconn], 50);
    await redis.stop();
    await callAll([nexconn], 20);
    await lost;
    await redis.start();
    await found;
    await callAll([nexconn], 50);
    expect(states).toEqual(['lost', 'found']);
    expect(causes).toEqual([expect.any(Error), undefined]);
    await expectFewRefused(120);
  });
});

describe('clients that share a PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    await postgres?.[Symbol.asyncDispose]();
  });

  function openStore(): RateStore {
    const pool = new pg.Pool({ connectionString: postgres.url });
    // Of a connection that is idle as the database ends.
    pool.on('error', () => {});
    opened.push(() => pool.end());
    return createPostgresRateStore(pool);
  }

  it('have the lowest limit in force that one of them was told, and say so', () => expectLowestInForce(openStore));

  it('have all of 900 calls taken that they make as quickly as they are let, and few refused before', async () => {
    await callAll([makeClient(openStore()), makeClient(openStore()), makeClient(openStore())], 900);
    await expectFewRefused(900);
  });
});
