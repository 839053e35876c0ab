import { createPostgresRateStore } from '@nexconn-kit/client/postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Postgres, startPostgres } from '../support/start-postgres.js';
import { rateStoreSuite } from './rate-store-suite.js';

const opened: pg.Pool[] = [];
let postgres: Postgres;

function openPool(options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: postgres.url, ...options });
  // Of a connection that is idle as the database ends.
  pool.on('error', () => {});
  opened.push(pool);
  return pool;
}

beforeAll(async () => {
  postgres = await startPostgres();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((pool) => pool.end()));
});
afterAll(async () => {
  await postgres?.[Symbol.asyncDispose]();
});

describe('a rate store of a PostgreSQL', () => {
  rateStoreSuite(() => ({
    open: async () => createPostgresRateStore(openPool()),
    setAhead: async (key, ms) => {
      await openPool().query('UPDATE nexconn_rate SET (even_ms, now_ms) = (even_ms + $2, now_ms + $2) WHERE key = $1', [
        key,
        ms,
      ]);
    },
  }));

  it('makes its table, however many need it at the same time', async () => {
    const stores = Array.from({ length: 8 }, () => createPostgresRateStore(openPool(), { table: 'made_at_once' }));
    const slots = await Promise.all(stores.map((store) => store.reserve('a', 1_000)));
    expect(slots.map(({ id }) => id).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('takes a table of another schema', async () => {
    const pool = openPool();
    await pool.query('CREATE SCHEMA app');
    expect((await createPostgresRateStore(pool, { table: 'app.Rate' }).reserve('a', 10)).id).toBe(1);
    expect((await pool.query('SELECT key FROM app."Rate"')).rows).toEqual([{ key: 'a' }]);
  });

  it('gives each its slot under the strictest isolation level', async () => {
    const store = createPostgresRateStore(openPool({ options: '-c default_transaction_isolation=serializable' }));
    await store.reserve('strict', 10);
    const slots = await Promise.all(Array.from({ length: 4 }, () => store.reserve('strict', 10)));
    expect(slots.map(({ id }) => id).sort()).toEqual([2, 3, 4, 5]);
  });

  it('keeps nothing of a delay once its slot has come', async () => {
    const pool = openPool();
    const store = createPostgresRateStore(pool);
    await store.reserve('delayed', 10);
    await store.reserve('delayed', 10, [{ id: 3, dueMs: Date.now() + 50 }]);
    await store.reserve('delayed', 10);
    expect((await pool.query("SELECT delays FROM nexconn_rate WHERE key = 'delayed'")).rows).toEqual([{ delays: {} }]);
  });

  it('starts anew after a crash of the database', async () => {
    const store = createPostgresRateStore(openPool());
    await store.reserve('crash', 10);
    await Promise.all(opened.splice(0).map((pool) => pool.end()));
    await postgres.stop();
    await postgres.start();
    expect((await createPostgresRateStore(openPool()).reserve('crash', 10)).id).toBeGreaterThan(0);
  });

  it('rejects with what PostgreSQL says', async () => {
    const pool = openPool();
    await pool.query('CREATE TABLE something_else (key text)');
    const store = createPostgresRateStore(pool, { table: 'something_else' });
    await expect(store.reserve('a', 10)).rejects.toMatchObject({ code: expect.stringMatching(/^\w{5}$/) });
  });
});
