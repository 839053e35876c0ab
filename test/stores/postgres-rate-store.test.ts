import { createPostgresRateStore } from '@nexconn-kit/client/postgres';
import type { RateReservation } from '@nexconn-kit/client/rate-store';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Postgres, startPostgres } from '../support/start-postgres.js';
import { rateStoreSuite } from './rate-store-suite.js';

const hour = { reservedMs: 3_600_000, penaltyMs: 0 };
const opened: pg.Pool[] = [];
let postgres: Postgres;

function openPool(options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: postgres.url, ...options });
  // Of a connection that is idle as the database ends.
  pool.on('error', () => {});
  opened.push(pool);
  return pool;
}

/** Returns how many hours were reserved each time, in order. */
function hoursOf(reserved: readonly RateReservation[]): number[] {
  return reserved.map(({ reservedMs }) => Math.ceil(reservedMs / hour.reservedMs)).sort((a, b) => a - b);
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
      const moved = ['now_ms', 'reserved_until_ms', 'penalty_until_ms'].map((name) => `${name} = ${name} + $2`);
      await openPool().query(`UPDATE nexconn_rate_limit SET ${moved} WHERE key = $1`, [key, ms]);
    },
    spoil: async (key, value) => {
      const times = { Infinity: "'Infinity'", NaN: "'NaN'", text: "'-Infinity'", 'far ahead': 'now_ms + 864000000' };
      const ends = ['reserved_until_ms', 'penalty_until_ms'].map((name) => `${name} = ${times[value]}`);
      await openPool().query(`UPDATE nexconn_rate_limit SET ${ends} WHERE key = $1`, [key]);
    },
    setSeen: async (key, id, msAgo) => {
      const now = 'extract(epoch FROM clock_timestamp())::float8 * 1000';
      const seen = `UPDATE nexconn_rate_limit SET now_ms = ${now} - $2 WHERE key = $1`;
      await openPool().query(seen, [`${key} ${id}`, msAgo]);
    },
  }));

  it('removes the rows of members that have gone, and does without where its role may not', async () => {
    const pool = openPool();
    const member = { id: 'one', isBusy: false, perSecond: 200, silentAfterMs: 5_000 };
    const nothing = { reservedMs: 0, penaltyMs: 0 };
    const table = 'with_members';
    await createPostgresRateStore(pool, { table }).reserve('a', nothing, member);
    await createPostgresRateStore(pool, { table }).reserve('ab', nothing, member);
    const count = async () => Number((await pool.query(`SELECT count(*) FROM ${table}`)).rows[0].count);
    const leaveAll = () => pool.query(`UPDATE ${table} SET now_ms = now_ms - 100000 WHERE key LIKE '% %'`);
    await leaveAll();
    await pool.query(`CREATE ROLE writer LOGIN PASSWORD 'writer'; GRANT SELECT, INSERT, UPDATE ON ${table} TO writer`);
    const connectionString = postgres.url.replace(/\/\/[^@/]*@?/, '//writer:writer@');
    const restricted = createPostgresRateStore(openPool({ connectionString }), { table });
    const alone = { members: 1, silent: 0, perSecond: 200 };
    expect((await restricted.reserve('a', nothing, { ...member, id: 'two' })).fleet).toEqual(alone);
    expect(await count()).toBe(5);
    await leaveAll();
    expect((await createPostgresRateStore(pool, { table }).reserve('a', nothing, member)).fleet).toEqual(alone);
    // Those of another limit stay: that one's next question removes them.
    expect(await count()).toBe(4);
  });

  it('tells of row-level security that keeps its rows from the role, and reserves as before once a policy shows them', async () => {
    const pool = openPool();
    const table = 'secured';
    const nothing = { reservedMs: 0, penaltyMs: 0 };
    const member = { id: 'one', isBusy: false, perSecond: 200, silentAfterMs: 5_000 };
    await createPostgresRateStore(pool, { table }).reserve('a', hour, { ...member, id: 'before' });
    await pool.query(`CREATE ROLE limited LOGIN PASSWORD 'limited'; GRANT ALL ON ${table} TO limited;
      ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
    const connectionString = postgres.url.replace(/\/\/[^@/]*@?/, '//limited:limited@');
    const store = createPostgresRateStore(openPool({ connectionString }), { table });
    const refused = { code: '42501', message: expect.stringContaining('row-level security') };
    // Without any policy, with one to write alone, and with one that hides who else shares the limit.
    await expect(store.reserve('a', hour)).rejects.toMatchObject(refused);
    await pool.query(`CREATE POLICY writes ON ${table} FOR INSERT WITH CHECK (true)`);
    for (const key of ['a', 'b']) await expect(store.reserve(key, hour)).rejects.toMatchObject(refused);
    await pool.query(`CREATE POLICY limits ON ${table} USING (key NOT LIKE '% %')`);
    expect(hoursOf([await store.reserve('a', hour)])).toEqual([2]);
    await pool.query('DROP POLICY writes ON secured');
    await expect(store.reserve('a', nothing, member)).rejects.toMatchObject(refused);
    await pool.query(`CREATE POLICY shows ON ${table} USING (true)`);
    expect((await store.reserve('a', nothing, member)).fleet).toMatchObject({ members: 2 });
    expect(hoursOf([await store.reserve('a', hour)])).toEqual([3]);
  });

  it('makes its table, however many need it at the same time', async () => {
    const stores = Array.from({ length: 8 }, () => createPostgresRateStore(openPool(), { table: 'made_at_once' }));
    const reserved = await Promise.all(stores.map((store) => store.reserve('a', hour)));
    expect(hoursOf(reserved)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('takes a table of another schema', async () => {
    const pool = openPool();
    await pool.query('CREATE SCHEMA app');
    expect(await createPostgresRateStore(pool, { table: 'app.Rate' }).reserve('a', hour)).toEqual(hour);
    expect((await pool.query('SELECT key FROM app."Rate"')).rows).toEqual([{ key: 'a' }]);
  });

  it('gives each its slot under the strictest isolation level', async () => {
    const store = createPostgresRateStore(openPool({ options: '-c default_transaction_isolation=serializable' }));
    await store.reserve('strict', hour);
    const reserved = await Promise.all(Array.from({ length: 4 }, () => store.reserve('strict', hour)));
    expect(hoursOf(reserved)).toEqual([2, 3, 4, 5]);
    const ids = Array.from({ length: 16 }, (_, index) => `m${index}`);
    const nothing = { reservedMs: 0, penaltyMs: 0 };
    const member = { isBusy: true, perSecond: 200, silentAfterMs: 60_000 };
    for (const id of ids) await store.reserve('told', nothing, { ...member, id });
    // Those that are in each other's way are told who shares the limit the next time.
    await Promise.all(
      ids.map((id) =>
        store.reserve('told', nothing, { ...member, id }).catch((error) => expect(error).toBeUndefined()),
      ),
    );
    expect((await store.reserve('told', nothing, { ...member, id: 'm0' })).fleet).toMatchObject({ members: 16 });
  });

  it('leaves a table alone that an earlier version made', async () => {
    const pool = openPool();
    await pool.query('CREATE TABLE nexconn_rate (key text PRIMARY KEY, id bigint NOT NULL)');
    expect(await createPostgresRateStore(pool).reserve('earlier', hour)).toEqual(hour);
  });

  it('starts anew after a crash of the database', async () => {
    const store = createPostgresRateStore(openPool());
    await store.reserve('crash', hour);
    await Promise.all(opened.splice(0).map((pool) => pool.end()));
    await postgres.stop();
    await postgres.start();
    const { reservedMs } = await createPostgresRateStore(openPool()).reserve('crash', hour);
    expect(reservedMs).toBeGreaterThan(0);
  });

  it('rejects with what PostgreSQL says', async () => {
    const pool = openPool();
    await pool.query('CREATE TABLE something_else (key text)');
    const store = createPostgresRateStore(pool, { table: 'something_else' });
    await expect(store.reserve('a', hour)).rejects.toMatchObject({ code: expect.stringMatching(/^\w{5}$/) });
  });
});
