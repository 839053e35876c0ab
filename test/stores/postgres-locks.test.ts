import { createPostgresRateStore } from '@nexconn-kit/client/postgres';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { createPostgresStore } from '@nexconn-kit/token-service/postgres';
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Postgres, startPostgres } from '../support/start-postgres.js';
import { startServe } from './start-serve.js';

const refused = expect.objectContaining({ code: '55P03' });
const token = { userId: 'ada', name: 'Ada', avatarUrl: '', accessToken: 'x', secretId: 'one', issuedAt: 1 };

let server: Postgres;
let pool: Pool;
let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock({ port: 0 });
  server = await startPostgres();
  pool = new Pool({ connectionString: server.url });
  // The server may go before the pool has ended its connections.
  pool.on('error', () => {});
});
afterAll(async () => {
  await pool?.end();
  await server?.[Symbol.asyncDispose]();
  await mock.close();
});
beforeEach(() => pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public'));

/** Calls `work` while a transaction is open that has done this. */
async function during<T>(sql: string, work: () => Promise<T>): Promise<T> {
  const holder = await pool.connect();
  try {
    await holder.query(`BEGIN; ${sql}`);
    return await work();
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
}

/** The statements that wait for a lock now. */
async function waiting(): Promise<unknown[]> {
  const { rows } = await pool.query('SELECT query FROM pg_stat_activity WHERE wait_event_type = $1', ['Lock']);
  return rows;
}

const makeTables = (): Promise<void> => createPostgresStore(pool).write(token, '');

/** What another transaction may hold for as long as it likes, and what there is before. */
const locks: [title: string, prepare: () => Promise<unknown>, sql: string][] = [
  ['the tables that somebody else is creating', async () => {}, 'CREATE TABLE nexconn_tokens (user_id text)'],
  ['the right to create them', async () => {}, "SELECT pg_advisory_xact_lock(hashtext('nexconn'))"],
  ['the table of facts', makeTables, 'LOCK TABLE nexconn_facts IN ACCESS EXCLUSIVE MODE'],
  [
    'the row of the version',
    async () => {
      await makeTables();
      await pool.query("DELETE FROM nexconn_facts WHERE name = 'schema'");
    },
    "INSERT INTO nexconn_facts VALUES ('schema', '1 1')",
  ],
];

describe.each(locks)('while another transaction holds %s', (_title, prepare, sql) => {
  it('a store is refused by the database in time, leaves nothing waiting behind, and is used afterwards', async () => {
    await prepare();
    const store = createPostgresStore(pool);
    await during(sql, async () => {
      await expect(store.read('ada')).rejects.toEqual(refused);
      expect(await waiting()).toEqual([]);
    });
    await store.write(token, '');
    expect((await store.read('ada')).token).toEqual(token);
  });

  it('the token server does not start, and says why', async () => {
    await prepare();
    const { appKey, appSecret, url } = mock;
    await during(sql, async () => {
      const starting = startServe({
        ...{ NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: url },
        NEXCONN_STORE: server.url,
        NEXCONN_JWT_SECRET: 'a shared secret of at least thirty-two bytes',
      });
      await expect(starting).rejects.toThrow(
        /failed \(55P03\)\. Another transaction holds a lock for too long: end it\./,
      );
      expect(await waiting()).toEqual([]);
    });
  });
});

it('while another transaction creates the table of the rate limit, who reserves is refused in time, and not afterwards', async () => {
  const store = createPostgresRateStore(pool);
  const slot = { reservedMs: 0, penaltyMs: 0 };
  await during('CREATE TABLE nexconn_rate_limit (key text)', async () => {
    await expect(store.reserve('key', slot)).rejects.toEqual(refused);
    expect(await waiting()).toEqual([]);
  });
  await store.reserve('key', slot);
});

it('while another transaction holds the table of tokens, the index waits for it no longer than writers may wait behind', async () => {
  await makeTables();
  await pool.query('DROP INDEX nexconn_tokens_by_secret');
  await during("UPDATE nexconn_tokens SET name = 'B'", async () => {
    const starting = createPostgresStore(pool).read('ada');
    const writing = createPostgresStore(pool).write({ ...token, userId: 'eve' }, '');
    await Promise.all([starting, writing]);
    expect(await waiting()).toEqual([]);
  });
});
