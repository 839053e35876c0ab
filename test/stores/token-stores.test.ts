import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createEncryptedStore, type StoredToken, type TokenStore } from '@nexconn-kit/token-service';
import { createPostgresStore } from '@nexconn-kit/token-service/postgres';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { storeSuite } from '@nexconn-kit/token-service/store-suite';
import { Redis as IoRedis } from 'ioredis';
import { Pool } from 'pg';
import { createClient, RESP_TYPES } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis } from '../support/redis-server.js';
import { type Postgres, startPostgres } from '../support/start-postgres.js';
import { type Redis, startRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';

const token = { userId: 'ada', name: 'A', avatarUrl: '', accessToken: 'x', secretId: 'one', issuedAt: 1 };
const key = randomBytes(32).toString('base64');
const atRest = new URL('../../packages/token-service/test/at-rest/0.1/', import.meta.url);

function golden<Content>(file: string): Content {
  return JSON.parse(readFileSync(new URL(file, atRest), 'utf8')) as Content;
}

/** Checks a store with the rows of 0.1: plain and encrypted ones are read, and another App Key sees none of them. */
async function expectGolden(store: TokenStore): Promise<void> {
  const { appKey, encryptionKey, currentSecret, plain, sealed, clear } = golden<
    Record<'appKey' | 'encryptionKey' | 'currentSecret', string> & Record<'plain' | 'sealed' | 'clear', StoredToken[]>
  >('rows.json');
  const part = store.forApp?.(appKey) ?? store;
  for (const row of [...plain, ...sealed]) expect(await part.read(row.userId)).toEqual({ token: row, currentSecret });
  expect(await part.count(currentSecret)).toEqual({ users: 4, outdated: 2 });
  const outdated = await part.listOutdated(currentSecret, undefined, 10);
  expect(outdated.map(({ userId }) => userId)).toEqual(['bob2', 'fay4']);
  expect(await store.forApp?.('another1').read('ada1')).toEqual({ token: undefined, currentSecret: undefined });
  const encrypted = createEncryptedStore(store, { keys: [key, encryptionKey] }).forApp(appKey);
  for (const token of clear) expect((await encrypted.read(token.userId)).token).toEqual(token);
  for (const { userId } of plain) expect((await encrypted.read(userId)).token).toBeUndefined();
  const counts = { users: 4, current: 2, outdated: 0, converted: 0, unreadable: 0, plain: 2 };
  // Reading them has begun to write them anew under the first key, for which no reader waits.
  await until(async () => expect(await encrypted.reencrypt({ isDryRun: true })).toEqual(counts));
  // 0.1 beside it finds the plain rows where it left them.
  for (const row of plain) expect((await store.read(row.userId)).token).toEqual(row);
}

describe.runIf(hasRedis)('with a Redis', () => {
  let server: Redis;
  let ioredis: IoRedis;
  let nodeRedis: Awaited<ReturnType<typeof openNodeRedis>>;
  const openNodeRedis = () => createClient({ url: server.url }).connect();
  beforeAll(async () => {
    server = await startRedis();
    ioredis = new IoRedis(server.url);
    nodeRedis = await openNodeRedis();
  });
  afterAll(async () => {
    ioredis?.disconnect();
    nodeRedis?.destroy();
    await server?.[Symbol.asyncDispose]();
  });

  const wipe = async (): Promise<void> => void (await ioredis.flushall());
  storeSuite('Redis (redis, which is set to answer with bytes)', {
    open: async () => createRedisStore(nodeRedis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })),
    wipe,
  });
  storeSuite('Redis (ioredis)', { open: async () => createRedisStore(ioredis), wipe });
  it('Redis passes over a token that was evicted, and counts its user no more', async () => {
    await wipe();
    const store = createRedisStore(ioredis);
    for (const userId of ['ada', 'bob', 'eve']) {
      const leaseId = (await store.acquireLease(userId, 1000)) ?? '';
      const token = { userId, name: 'A', avatarUrl: '', accessToken: `of ${userId}`, secretId: 'old', issuedAt: 1 };
      await store.write(token, leaseId);
    }
    await ioredis.del('{nexconn-tokens}:token:bob');
    expect((await store.listOutdated('new', undefined, 10)).map(({ userId }) => userId)).toEqual(['ada', 'eve']);
    expect(await store.count('new')).toEqual({ users: 2, outdated: 2 });
  });
  it('Redis gives nobody the token of another user whose value was copied to their key, encrypted or not', async () => {
    await wipe();
    const plain = createRedisStore(ioredis);
    const encrypted = createEncryptedStore(createRedisStore(nodeRedis, { keyPrefix: 'sealed:' }), { keys: [key] });
    const token = { userId: 'ada', name: 'A', avatarUrl: '', accessToken: 'of ada', secretId: 'one', issuedAt: 1 };
    for (const store of [plain, encrypted]) {
      await store.write(token, '');
      await store.write({ ...token, userId: 'eve', accessToken: 'of eve' }, '');
    }
    for (const prefix of ['{nexconn-tokens}:token:', 'sealed:token:']) {
      const value = (await ioredis.get(`${prefix}ada`)) ?? '';
      await ioredis.set(`${prefix}eve`, value);
      // Whoever can write there can also change the row that stands around it.
      await ioredis.set(`${prefix}bob`, value.replace('"ada"', '"bob"'));
    }
    expect((await plain.read('eve')).token).toBeUndefined();
    expect(await encrypted.read('eve')).toMatchObject({ token: undefined });
    expect(await encrypted.read('bob')).toMatchObject({ token: undefined, isUnreadable: true });
    expect((await encrypted.read('ada')).token).toEqual(token);
    for (const store of [plain, encrypted]) {
      expect(await store.listOutdated('two', undefined, 10)).toEqual([{ userId: 'ada', name: 'A', avatarUrl: '' }]);
    }
  });

  it('Redis lists nobody by the name in a row of another user, and everybody after such rows', async () => {
    await wipe();
    const store = createRedisStore(ioredis);
    const userIds = ['a1', 'b2', 'c3', 'd4', 'e5', 'f6'];
    for (const userId of userIds) await store.write({ ...token, userId, secretId: 'old' }, '');
    const wrong = [JSON.stringify({ ...token, name: 'Eve' }), '{"name":"Eve"}', 'no JSON', '7'];
    for (const [index, value] of wrong.entries()) await ioredis.set(`{nexconn-tokens}:token:${userIds[index]}`, value);
    expect(await store.listOutdated('new', undefined, 1)).toEqual([{ userId: 'e5', name: 'A', avatarUrl: '' }]);
    expect((await store.listOutdated('new', 'a1', 3)).map(({ userId }) => userId)).toEqual(['e5', 'f6']);
    expect(await store.listOutdated('new', 'f6', 3)).toEqual([]);
  });

  it.each(['', 'no JSON', 'null', '7', '[]', '{"secretId":7}'])(
    'Redis takes the value %j for no token, and replaces it',
    async (value) => {
      await wipe();
      const store = createRedisStore(ioredis);
      await ioredis.set('{nexconn-tokens}:token:ada', value);
      expect((await store.read('ada')).token).toBeUndefined();
      const token = { userId: 'ada', name: 'A', avatarUrl: '', accessToken: 'of ada', secretId: 'one', issuedAt: 1 };
      await store.write(token, '');
      expect((await store.read('ada')).token).toEqual(token);
      await ioredis.set('{nexconn-tokens}:token:ada', value);
      await store.remove('ada');
      expect((await store.read('ada')).token).toBeUndefined();
    },
  );

  it('Redis takes a value that is no text for no token, and replaces it, whoever is asked for beside', async () => {
    await wipe();
    const store = createRedisStore(ioredis);
    await store.write({ ...token, userId: 'ada', secretId: 'old' }, '');
    await store.write({ ...token, userId: 'eve', secretId: 'old' }, '');
    await ioredis.del('{nexconn-tokens}:token:eve');
    await ioredis.rpush('{nexconn-tokens}:token:eve', 'no text');
    const read = await Promise.all(['ada', 'eve', 'bob'].map((userId) => store.read(userId)));
    expect(read.map((entry) => entry.token?.userId)).toEqual(['ada', undefined, undefined]);
    expect((await store.listOutdated('new', undefined, 10)).map(({ userId }) => userId)).toEqual(['ada']);
    await store.write({ ...token, userId: 'eve' }, '');
    expect((await store.read('eve')).token?.userId).toBe('eve');
    await ioredis.del('{nexconn-tokens}:token:eve');
    await ioredis.rpush('{nexconn-tokens}:token:eve', 'no text');
    await store.remove('eve');
    expect(await ioredis.exists('{nexconn-tokens}:token:eve')).toBe(0);
  });

  it('Redis serves an App Key what it has while nothing can be written', async () => {
    await wipe();
    const appToken = { ...token, userId: 'ada' };
    await createRedisStore(ioredis).forApp?.('key1').write(appToken, '');
    await ioredis.config('SET', 'min-replicas-to-write', '1');
    try {
      const part = createRedisStore(ioredis).forApp?.('key1');
      expect((await part?.read('ada'))?.token).toEqual(appToken);
      await expect(part?.write(appToken, '')).rejects.toThrow();
    } finally {
      await ioredis.config('SET', 'min-replicas-to-write', '0');
    }
  });

  it('Redis reads what 0.1 has written', async () => {
    await wipe();
    for (const [command = '', ...args] of golden<string[][]>('redis.json')) await ioredis.call(command, ...args);
    await expectGolden(createRedisStore(ioredis));
  });
  it('Redis that a newer version takes over is refused by an instance that runs, for each App Key', async () => {
    await wipe();
    const store = createRedisStore(ioredis);
    const parts = [store, ...['key1', 'key2'].map((appKey) => store.forApp?.(appKey) ?? store)];
    for (const each of parts) expect((await each.read('ada')).token).toBeUndefined();
    await ioredis.set('{nexconn-tokens}:schema', '9 9');
    for (const each of parts) await expect(each.read('ada')).rejects.toThrow('newer version');
    await ioredis.set('{nexconn-tokens}:schema', '9 1');
    for (const each of parts) expect((await each.read('ada')).token).toBeUndefined();
  });

  it('Redis data of a newer version is refused in words, unless it says that it can be used', async () => {
    await wipe();
    await createRedisStore(ioredis).write(token, '');
    expect(await ioredis.get('{nexconn-tokens}:schema')).toBe('1 1');
    await ioredis.set('{nexconn-tokens}:schema', '9 9');
    const refused = expect(createRedisStore(ioredis).read('ada')).rejects;
    await refused.toMatchObject({ code: 'STORE_FAILED', message: expect.stringContaining('newer version') });
    await ioredis.set('{nexconn-tokens}:schema', '9 1');
    expect((await createRedisStore(ioredis).read('ada')).token).toEqual(token);
  });
  it('Redis knows the version, the owner and all users of a client with a prefix of its own, which may touch that prefix alone', async () => {
    await wipe();
    await ioredis.acl('SETUSER', 'app', 'on', '>pw', '~app:*', '+@all');
    const client = new IoRedis(server.url, { keyPrefix: 'app:', username: 'app', password: 'pw' });
    try {
      const sends = ([name = '', ...args]: readonly string[]) => client.call(name, ...args);
      for (const given of [client, sends]) {
        await wipe();
        const store = createRedisStore(given);
        for (const userId of ['ada', 'bob']) await store.forApp?.('key1').write({ ...token, userId }, '');
        // What Redis may evict.
        for (const gone of ['users:one', 'secrets', 'app_key']) await ioredis.del(`app:{nexconn-tokens}:${gone}`);
        const part = createRedisStore(given).forApp?.('key1');
        expect((await part?.read('ada'))?.token).toEqual({ ...token, userId: 'ada' });
        expect(await part?.count('none')).toEqual({ users: 2, outdated: 2 });
        expect((await part?.listOutdated('none', undefined, 10))?.map(({ userId }) => userId)).toEqual(['ada', 'bob']);
        await ioredis.set('app:{nexconn-tokens}:schema', '9 9');
        await expect(part?.read('ada')).rejects.toThrow('newer version');
      }
      expect((await ioredis.keys('*')).filter((name) => !name.startsWith('app:'))).toEqual([]);
    } finally {
      client.disconnect();
      await ioredis.acl('DELUSER', 'app');
    }
  });

  storeSuite('Redis (redis)', { open: async () => createRedisStore(nodeRedis, { keyPrefix: 'app:' }), wipe });
});

describe('with a PostgreSQL', () => {
  let server: Postgres;
  let pool: Pool;
  beforeAll(async () => {
    server = await startPostgres();
    pool = new Pool({ connectionString: server.url });
    // The server may go before the pool has ended its connections.
    pool.on('error', () => {});
    await pool.query('CREATE SCHEMA app');
  });
  afterAll(async () => {
    await pool?.end();
    await server?.[Symbol.asyncDispose]();
  });

  const wipeTables = (prefix: string) => async (): Promise<void> => {
    const names = ['tokens', 'facts', 'claims'].map((name) => `${prefix}_${name}`);
    await pool.query(`DROP TABLE IF EXISTS ${names.join(', ')}`);
  };
  async function fresh(prefix = 'nexconn'): Promise<void> {
    await wipeTables(prefix)();
    const store = createPostgresStore(pool, { tablePrefix: prefix });
    await store.write(token, '');
  }

  it('PostgreSQL tables that are dropped while they are in use are created again', async () => {
    await fresh();
    const store = createPostgresStore(pool);
    expect((await store.read('ada')).token).toEqual(token);
    await wipeTables('nexconn')();
    expect((await store.read('ada')).token).toBeUndefined();
    await store.write(token, '');
    await pool.query('DROP TABLE nexconn_claims');
    expect(await store.acquireLease('ada', 1_000)).toBeTypeOf('string');
    expect((await store.read('ada')).token).toEqual(token);
  });

  it('PostgreSQL that a newer version takes over is refused by an instance that runs', async () => {
    await fresh();
    const store = createPostgresStore(pool);
    expect((await store.read('ada')).token).toEqual(token);
    await pool.query("UPDATE nexconn_facts SET value = '9 9' WHERE name = 'schema'");
    for (const userId of ['ada', 'nobody']) await expect(store.read(userId)).rejects.toThrow('newer version');
    await pool.query("UPDATE nexconn_facts SET value = '9 1' WHERE name = 'schema'");
    expect((await store.read('ada')).token).toEqual(token);
  });

  it('PostgreSQL data of a newer version is refused in words, unless it says that it can be used', async () => {
    await fresh();
    await pool.query("UPDATE nexconn_facts SET value = '9 9' WHERE name = 'schema'");
    const refused = expect(createPostgresStore(pool).read('ada')).rejects;
    await refused.toMatchObject({ code: 'STORE_FAILED', message: expect.stringContaining('newer version') });
    await pool.query("UPDATE nexconn_facts SET value = '9 1' WHERE name = 'schema'");
    // As the next version may: in front of the columns of this one, in a new table.
    await pool.query('ALTER TABLE nexconn_tokens ADD COLUMN note text');
    await pool.query('ALTER TABLE nexconn_claims ADD COLUMN note text');
    const store = createPostgresStore(pool);
    await store.write(token, (await store.acquireLease('ada', 1_000)) ?? '');
    expect((await store.read('ada')).token).toEqual(token);
  });

  it('PostgreSQL tables of whatever order of columns are written by the names of their columns', async () => {
    await wipeTables('nexconn')();
    await pool.query(`
      CREATE TABLE nexconn_tokens (issued_at bigint NOT NULL, note text, secret_id text NOT NULL, access_token text NOT NULL,
        avatar_url text NOT NULL, name text NOT NULL, user_id text COLLATE "C" PRIMARY KEY);
      CREATE TABLE nexconn_facts (value text NOT NULL, note text, name text PRIMARY KEY);
      CREATE TABLE nexconn_claims (ends_at timestamptz NOT NULL, note text, proof text NOT NULL, user_id text COLLATE "C" PRIMARY KEY)`);
    const store = createPostgresStore(pool);
    await store.write(token, (await store.acquireLease('ada', 1_000)) ?? '');
    await store.setCurrentSecret('one', { expected: undefined });
    expect(await store.read('ada')).toEqual({ token, currentSecret: 'one' });
  });

  /** A pool of a role that may read and write what is in the tables, and nothing else. */
  async function startWriter() {
    await pool.query(`
      DROP ROLE IF EXISTS writer; CREATE ROLE writer LOGIN PASSWORD 'writer';
      GRANT SELECT, INSERT, UPDATE, DELETE ON nexconn_tokens, nexconn_facts, nexconn_claims TO writer`);
    const url = new URL(server.url);
    url.username = 'writer';
    url.password = 'writer';
    const asWriter = new Pool({ connectionString: url.href });
    const dispose = async () => {
      await asWriter.end();
      await pool.query('DROP OWNED BY writer; DROP ROLE writer');
    };
    return { pool: asWriter, [Symbol.asyncDispose]: dispose };
  }

  it('PostgreSQL tables that are ready need no right to create any, and lock nobody out', async () => {
    await fresh();
    await pool.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    await using asWriter = await startWriter();
    const reader = await pool.connect();
    try {
      await reader.query('BEGIN; SELECT * FROM nexconn_tokens');
      const store = createPostgresStore(asWriter.pool);
      await store.write({ ...token, userId: 'eve' }, '');
      expect((await store.read('eve')).token).toEqual({ ...token, userId: 'eve' });
    } finally {
      await reader.query('ROLLBACK');
      reader.release();
    }
  });

  /** Turns row-level security of tokens on, with policies that allow everything but for these changes. */
  async function secure(changes: Readonly<Record<string, string>>): Promise<void> {
    const policies = {
      ...{ SELECT: 'USING (true)', INSERT: 'WITH CHECK (true)', UPDATE: 'USING (true)', DELETE: 'USING (true)' },
      ...changes,
    };
    const create = Object.entries(policies).map(
      ([command, rows]) => `CREATE POLICY p_${command} ON nexconn_tokens FOR ${command} ${rows};`,
    );
    await pool.query(`ALTER TABLE nexconn_tokens ENABLE ROW LEVEL SECURITY; ${create.join(' ')}`);
  }

  it('PostgreSQL whose row-level security came while it was in use cannot be written', async () => {
    await fresh();
    await using asWriter = await startWriter();
    const store = createPostgresStore(asWriter.pool);
    await store.checkWrite?.();
    await secure({ SELECT: 'USING (false)' });
    await expect(store.checkWrite?.()).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    ['hides them', { SELECT: 'USING (false)' }],
    ['has no policy to change them', { UPDATE: 'USING (false)' }],
    ['has no policy to remove them, so that nobody could be forgotten', { DELETE: 'USING (false)' }],
  ])('PostgreSQL whose row-level security %s is refused before any token is issued', async (_, changes) => {
    await fresh();
    await using asWriter = await startWriter();
    await createPostgresStore(asWriter.pool).checkWrite?.();
    await secure(changes);
    const message = expect.stringContaining('keeps this role from rows of nexconn_tokens');
    await expect(createPostgresStore(asWriter.pool).read('ada')).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message,
    });
    await pool.query('CREATE POLICY shows ON nexconn_tokens USING (true)');
    const after = createPostgresStore(asWriter.pool);
    await after.checkWrite?.();
    await after.write({ ...token, userId: 'eve' }, '');
    expect((await after.read('eve')).token).toEqual({ ...token, userId: 'eve' });
    await after.remove('eve');
    expect((await after.read('eve')).token).toBeUndefined();
  });

  it('PostgreSQL is asked again where others were in the way of a statement, of its first look at the tables too', async () => {
    await fresh();
    const asked = new Set<string>();
    async function query(text: string, values: unknown[]) {
      const code = ['40001', '40P01'][asked.size % 2];
      if (asked.has(text)) return pool.query(text, values);
      asked.add(text);
      throw Object.assign(new Error('could not serialize access due to concurrent update'), { code });
    }
    const store = createPostgresStore({ query }).forApp?.('app') as TokenStore;
    const leaseId = (await store.acquireLease('eve', 60_000)) ?? '';
    await store.extendLease('eve', leaseId, 60_000);
    await store.write({ ...token, userId: 'eve' }, leaseId);
    await store.setCurrentSecret('one', { expected: undefined });
    expect(await store.read('eve')).toEqual({ token: { ...token, userId: 'eve' }, currentSecret: 'one' });
    expect(await store.listOutdated('two', undefined, 5)).toHaveLength(2);
    expect(asked.size).toBeGreaterThan(8);
    const broken = { query: () => Promise.reject(Object.assign(new Error('deadlock detected'), { code: '40P01' })) };
    await expect(createPostgresStore(broken).read('eve')).rejects.toThrow('deadlock detected');
  });

  it('PostgreSQL gives a lease to one of several instances under the strictest isolation level, and none fails', async () => {
    await fresh();
    const options = '-c default_transaction_isolation=serializable';
    const pools = [1, 2, 3].map(() => new Pool({ connectionString: server.url, options }));
    try {
      const stores = pools.map((each) => createPostgresStore(each).forApp?.('app') as TokenStore);
      for (const userId of ['ada', 'bob', 'eve']) {
        const leases = await Promise.all(stores.map((store) => store.acquireLease(userId, 60_000)));
        expect(leases.filter((leaseId) => leaseId !== undefined)).toHaveLength(1);
      }
    } finally {
      await Promise.all(pools.map((each) => each.end()));
    }
  });

  it('PostgreSQL without the index is used as it is while another transaction holds the table', async () => {
    await fresh();
    await pool.query('DROP INDEX nexconn_tokens_by_secret');
    const writer = await pool.connect();
    try {
      await writer.query("BEGIN; UPDATE nexconn_tokens SET name = 'B'");
      const store = createPostgresStore(pool);
      await store.write({ ...token, userId: 'eve' }, '');
      expect((await store.read('eve')).token).toEqual({ ...token, userId: 'eve' });
    } finally {
      await writer.query('ROLLBACK');
      writer.release();
    }
    await createPostgresStore(pool).read('eve');
    const { rows } = await pool.query("SELECT to_regclass('nexconn_tokens_by_secret') AS index");
    expect(rows).toEqual([{ index: 'nexconn_tokens_by_secret' }]);
  });

  storeSuite('PostgreSQL', { open: async () => createPostgresStore(pool), wipe: wipeTables('nexconn') });
  it('PostgreSQL is not taken for one that can be written while there is no room for tokens', async () => {
    await fresh();
    const store = createPostgresStore(pool);
    await store.checkWrite?.();
    await pool.query(`CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON nexconn_tokens FOR EACH ROW EXECUTE FUNCTION fill()`);
    await expect(store.checkWrite?.()).rejects.toMatchObject({ code: '53100' });
    expect(await store.acquireLease('ada', 1_000)).toBeTypeOf('string');
    await pool.query('DROP FUNCTION fill() CASCADE');
    await store.checkWrite?.();
  });

  it('PostgreSQL serves an App Key what it has while nothing can be written', async () => {
    await fresh();
    await createPostgresStore(pool).forApp?.('key1').read('ada');
    const options = '-c default_transaction_read_only=on';
    const readOnly = new Pool({ connectionString: server.url, options });
    try {
      const part = createPostgresStore(readOnly).forApp?.('key1');
      expect((await part?.read('ada'))?.token).toEqual(token);
      await expect(part?.write(token, '')).rejects.toThrow();
    } finally {
      await readOnly.end();
    }
  });

  it.each(['nexConn', 'app.nexConn', 'App.nexconn', 'x'.repeat(42), 'a b', '1a', '', 7, null, ['nexconn']])(
    'PostgreSQL takes %j for no prefix of tables',
    (tablePrefix) => {
      const make = () => createPostgresStore(pool, { tablePrefix: tablePrefix as string });
      expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
      expect(make).toThrow(/^tablePrefix is /);
    },
  );

  it('PostgreSQL of an encoding that does not keep every name gets no tables, and those that it has are used', async () => {
    await pool.query("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
    const latin = new Pool({ connectionString: server.url.replace(/\/postgres$/, '/latin') });
    latin.on('error', () => {});
    try {
      await expect(createPostgresStore(latin).read('ada')).rejects.toMatchObject({
        code: 'STORE_FAILED',
        message: expect.stringMatching(/LATIN1.*UTF8/),
      });
      const { rows } = await latin.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
      expect(rows).toEqual([]);
      await latin.query(readFileSync(new URL('postgres.sql', atRest), 'utf8').replaceAll(/[^\0-\u007f]/g, 'x'));
      expect((await createPostgresStore(latin).read('nobody')).token).toBeUndefined();
    } finally {
      await latin.end();
    }
  });

  it('PostgreSQL reads what 0.1 has written', async () => {
    await wipeTables('nexconn')();
    await pool.query(readFileSync(new URL('postgres.sql', atRest), 'utf8'));
    await expectGolden(createPostgresStore(pool));
  });
  storeSuite('PostgreSQL (schema)', {
    open: async () => createPostgresStore(pool, { tablePrefix: 'app.nexconn' }),
    wipe: wipeTables('app.nexconn'),
  });
});
