import { inspect } from 'node:util';
import { createNexconnClient } from '@nexconn-kit/client';
import { createMock } from '@nexconn-kit/mock';
import { createTokenService, type TokenServiceEvent, type TokenStore } from '@nexconn-kit/token-service';
import { createPostgresStore } from '@nexconn-kit/token-service/postgres';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { Redis as IoRedis } from 'ioredis';
import { Pool } from 'pg';
import { expect, it } from 'vitest';
import { patient } from '../support/patient.js';
import { hasRedis } from '../support/redis-server.js';
import { startPostgres } from '../support/start-postgres.js';
import { startRedis } from '../support/start-redis.js';
import { startServe } from './start-serve.js';

function makeService(store: TokenStore, beforeSending: () => Promise<unknown> = async () => {}) {
  const { appKey, appSecret, fetch: answer } = createMock();
  const fetch = async (request: Request): Promise<Response> => {
    await beforeSending();
    return answer(request);
  };
  const client = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost', fetch, ...patient });
  const events: TokenServiceEvent[] = [];
  return { ...createTokenService({ client, store, onEvent: (event) => events.push(event) }), events };
}

it.runIf(hasRedis)('a Redis that refuses a token is told of by its code and a remedy, without the token', async () => {
  await using redis = await startRedis();
  const client = new IoRedis(redis.url);
  const { get, events } = makeService(createRedisStore(client), () => client.config('SET', 'maxmemory', '1'));
  const { accessToken } = await get({ userId: 'u7919x', name: 'Ada' });
  client.disconnect();
  const [failed] = events;
  expect(failed).toMatchObject({
    type: 'store-failed',
    error: { code: 'STORE_FAILED', message: expect.stringMatching(/\(OOM\).*maxmemory/) },
  });
  expect(inspect(events, { depth: null, showHidden: true })).not.toContain(accessToken);
});

it('a wrong password of a PostgreSQL is said by the error of the service, and by nexconn serve', async () => {
  await using postgres = await startPostgres();
  const operator = new Pool({ connectionString: postgres.url });
  await operator.query("CREATE ROLE writer LOGIN PASSWORD 'right'");
  await operator.end();
  const url = new URL(postgres.url);
  url.username = 'writer';
  url.password = 'geheim4711';
  const pool = new Pool({ connectionString: url.href });
  const { get } = makeService(createPostgresStore(pool));
  const error = await get({ userId: 'u7919x', name: 'Ada' }).catch((thrown) => thrown);
  await pool.end();
  expect(error).toMatchObject({ code: 'STORE_FAILED', message: expect.stringMatching(/\(28P01\).*password/) });
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain('geheim4711');

  const { appKey, appSecret } = createMock();
  const app = { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: 'http://127.0.0.1:9' };
  const jwtSecret = 'a shared secret of at least thirty-two bytes';
  const ended = await startServe({ ...app, NEXCONN_STORE: url.href, NEXCONN_JWT_SECRET: jwtSecret }).catch(String);
  expect(ended).toMatch(/127\.0\.0\.1:\d+\/postgres failed \(28P01\).*password/);
  expect(ended).not.toContain('geheim4711');
});
