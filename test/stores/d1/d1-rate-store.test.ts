import { createD1RateStore } from '@nexconn-kit/client/d1';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rateStoreSuite } from '../rate-store-suite.js';
import { type D1Database, startD1 } from './start-d1.js';

const hour = { reservedMs: 3_600_000, penaltyMs: 0 };
const table = 'nexconn_rate_limit';

let server: D1Database;
beforeAll(async () => {
  server = await startD1();
}, 600_000);
afterAll(() => server?.[Symbol.asyncDispose]());

describe('a rate store of a D1 database', () => {
  rateStoreSuite(() => ({
    open: async () => createD1RateStore(server.database),
    setAhead: async (key, ms) => {
      const moved = ['now_ms', 'reserved_until_ms', 'penalty_until_ms'].map((name) => `${name} = ${name} + ${ms}`);
      await server.run(`UPDATE ${table} SET ${moved} WHERE key = '${key}'`);
    },
    spoil: async (key, value) => {
      const times = { Infinity: '9e999', NaN: '-9e999', text: "'x'", 'far ahead': 'now_ms + 864000000' };
      const ends = ['reserved_until_ms', 'penalty_until_ms'].map((name) => `${name} = ${times[value]}`);
      await server.run(`UPDATE ${table} SET ${ends} WHERE key = '${key}'`);
    },
    setSeen: async (key, id, msAgo) => {
      const now = "(julianday('now') - 2440587.5) * 86400000.0";
      await server.run(`UPDATE ${table} SET now_ms = ${now} - ${msAgo} WHERE key = '${key} ${id}'`);
    },
  }));

  it('removes the rows of members that have gone, and none of another limit', async () => {
    const member = { id: 'one', isBusy: false, perSecond: 200, silentAfterMs: 5_000 };
    const nothing = { reservedMs: 0, penaltyMs: 0 };
    const store = createD1RateStore(server.database, { table: 'with_members' });
    for (const key of ['a', 'ab']) await store.reserve(key, nothing, member);
    await server.run("UPDATE with_members SET now_ms = now_ms - 100000 WHERE key LIKE '% %'");
    const alone = { members: 1, silent: 0, perSecond: 200 };
    expect((await store.reserve('a', nothing, { ...member, id: 'two' })).fleet).toEqual(alone);
    const rows = (await server.run('SELECT key FROM with_members ORDER BY key')) as { key: string }[];
    expect(rows.map(({ key }) => key)).toEqual(['a', 'a two', 'ab', 'ab one']);
  });

  it('makes its table, however many need it at the same time', async () => {
    const stores = Array.from({ length: 8 }, () => createD1RateStore(server.database, { table: 'made_at_once' }));
    const reserved = await Promise.all(stores.map((store) => store.reserve('a', hour)));
    const hours = reserved.map(({ reservedMs }) => Math.ceil(reservedMs / hour.reservedMs)).sort((a, b) => a - b);
    expect(hours).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('fails by what D1 says where that is not a table that is missing', async () => {
    const failing = { ...server.database, prepare: () => server.database.prepare('SELECT nonsense') };
    await expect(createD1RateStore(failing).reserve('a', hour)).rejects.toThrow('nonsense');
  });

  it.each([undefined, null, {}, { prepare() {} }])('%j is no D1 database', (none) => {
    expect(() => createD1RateStore(none as never)).toThrow(/^database is no D1 database/);
  });

  it.each(['', 'a b', 'x"y', '1a', 'a.b', 7, null])('%j is no table', (name) => {
    expect(() => createD1RateStore(server.database, { table: name as string })).toThrow(/^table /);
  });
});
