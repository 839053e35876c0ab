import { createNexconnClient } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';
import { createTokenService, type TokenStore } from '@nexconn-kit/token-service';
import { createD1Store } from '@nexconn-kit/token-service/d1';
import { storeSuite } from '@nexconn-kit/token-service/store-suite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patient } from '../../support/patient.js';
import { type D1Database, startD1 } from './start-d1.js';

const token = { userId: 'ada', name: 'Ada', avatarUrl: '', accessToken: 'a', secretId: 'one', issuedAt: 1 };
const tables = ['tokens', 'facts', 'secrets', 'claims'];

let server: D1Database;
beforeAll(async () => {
  server = await startD1();
}, 600_000);
afterAll(() => server?.[Symbol.asyncDispose]());

/** Returns the part of a store that is of one app. */
function partOf(appKey: string): TokenStore {
  const store = createD1Store(server.database);
  return store.forApp?.(appKey) ?? store;
}

async function wipe(): Promise<void> {
  for (const table of tables) await server.run(`DROP TABLE IF EXISTS nexconn_${table}`);
}

async function namesOf(type: string): Promise<readonly unknown[]> {
  const rows = await server.run(`SELECT name FROM sqlite_master WHERE type = '${type}' AND name LIKE 'nexconn%'`);
  return rows.map((row) => (row as { name: string }).name).sort();
}

storeSuite('D1', { open: async () => createD1Store(server.database), wipe });

describe('the tables of a D1 store', () => {
  it('are made once by several that start at the same time, and leave tables of others alone', async () => {
    await wipe();
    await server.run('CREATE TABLE IF NOT EXISTS tokens (mine TEXT)');
    const stores = Array.from({ length: 5 }, () => createD1Store(server.database));
    await Promise.all(stores.map((store, index) => store.write({ ...token, userId: `user${index}` }, '')));
    expect(await namesOf('table')).toEqual(tables.map((name) => `nexconn_${name}`).sort());
    expect(await namesOf('trigger')).toHaveLength(3);
    expect(await stores[0]?.count('two')).toEqual({ users: 5, outdated: 5 });
    expect(await server.run('SELECT * FROM tokens')).toEqual([]);
    await server.run('DROP TABLE tokens');
  });

  it('have another prefix where one is given, so that two apps can share a database', async () => {
    await wipe();
    const other = createD1Store(server.database, { tablePrefix: 'other' });
    await other.write(token, '');
    expect((await createD1Store(server.database).read('ada')).token).toBeUndefined();
    expect((await other.read('ada')).token).toEqual(token);
    for (const table of tables) await server.run(`DROP TABLE other_${table}`);
  });

  it('are created again where they were dropped in use, for the same app', async () => {
    await wipe();
    const first = partOf('key1');
    await first.write(token, '');
    await wipe();
    expect((await first.read('ada')).token).toBeUndefined();
    await first.write(token, '');
    const second = partOf('key2');
    expect((await second.read('ada')).token).toBeUndefined();
    expect((await first.read('ada')).token).toEqual(token);
  });

  it('are not used where they were dropped in use and belong to another app by now', async () => {
    await wipe();
    const first = partOf('key1');
    await first.write(token, '');
    await wipe();
    await partOf('key2').write({ ...token, accessToken: 'of key2' }, '');
    await server.run('DROP TABLE nexconn_claims');
    await expect(first.acquireLease('ada', 1_000)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });

  it('are refused where a newer version has written them, and used where that allows it', async () => {
    await wipe();
    const store = createD1Store(server.database);
    await store.write(token, '');
    await server.run(`UPDATE nexconn_facts SET value = '9 1' WHERE name = 'schema'`);
    expect((await store.read('ada')).token).toEqual(token);
    expect((await createD1Store(server.database).read('ada')).token).toEqual(token);
    await server.run(`UPDATE nexconn_facts SET value = '9 9' WHERE name = 'schema'`);
    await expect(store.read('ada')).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(createD1Store(server.database).read('ada')).rejects.toThrow('newer version');
  });
});

it.each([undefined, null, {}, { prepare() {} }])('%j is no D1 database', (none) => {
  expect(() => createD1Store(none as never)).toThrow(/^database is no D1 database/);
});

it.each(['', 'a b', 'x;y', 'A', 'aB', '1a', 'a.b', 7, null, ['a']])('%j is no prefix of tables', (tablePrefix) => {
  expect(() => createD1Store(server.database, { tablePrefix: tablePrefix as unknown as string })).toThrow(
    /^tablePrefix /,
  );
});

it('two token services on one database issue one token for each user', async () => {
  await wipe();
  await using mock = await startMock({ port: 0 });
  const services = [1, 2].map(() => {
    const { appKey, appSecret, url: baseUrl } = mock;
    const client = createNexconnClient({ ...patient, appKey, appSecret, baseUrl });
    const store = createD1Store(server.database);
    return createTokenService({ client, store, storeTimeoutMs: 60_000, maxWaitMs: 60_000 });
  });
  const users = Array.from({ length: 20 }, (_, index) => ({ userId: `user${index}`, name: 'Ada' }));
  const [ours = [], theirs = []] = await Promise.all(
    services.map((service) => Promise.all(users.map((user) => service.get(user)))),
  );
  expect(ours.map(({ accessToken }) => accessToken)).toEqual(theirs.map(({ accessToken }) => accessToken));
  expect(new Set(ours.map(({ accessToken }) => accessToken)).size).toBe(users.length);
  await Promise.all(services.map((service) => service.idle()));
});
