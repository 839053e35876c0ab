import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredToken, TokenStore } from '@nexconn-kit/token-service';
import { createPostgresStore } from '@nexconn-kit/token-service/postgres';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { startPostgres } from '../support/start-postgres.js';
import { startRedis } from '../support/start-redis.js';
import { printResults } from './print-results.js';
import { fillSqlite } from './token-service/fill-sqlite.js';

const forms = { full: 1_000_000, short: 20_000 };
/** As many as `reissueAll` reads at once. */
const pageSize = 500;
const timesAsked = 9;
const filledAtOnce = 10_000;
const secrets = { before: 'b'.repeat(16), after: 'a'.repeat(16), neither: 'c'.repeat(16) };
/** What half of the user IDs come before. */
const middle = '8';
const person = { name: 'Ada Lovelace', avatarUrl: 'https://example.com/avatars/0123456789abcdef.png' };

/**
 * Measures what a stored user takes in SQLite, Redis and PostgreSQL, and how long `reissueAll` waits for them: for a page of
 * users at the start, in the middle and after a break that came when half of them were done, and for the count.
 *
 * `--short` as the last argument, or BENCH_SHORT=1, takes fewer users.
 */
export async function benchTokenStores(): Promise<Record<string, number>> {
  const users = process.argv.includes('--short') || process.env.BENCH_SHORT ? forms.short : forms.full;
  const results = {
    storedUsers: users,
    ...named('sqlite', await measureSqlite(users)),
    ...named('redis', await measureRedis(users)),
    ...named('postgres', await measurePostgres(users)),
  };
  printResults('token-stores', results, {});
  return results;
}

async function measureSqlite(users: number): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-token-stores-'));
  const file = join(folder, 'tokens.db');
  try {
    await fillSqlite(file, tokensOf(users));
    const { size } = await stat(file);
    const store = await createSqliteStore(file);
    const times = await timeStore(store);
    await store.close();
    return { bytesPerUser: size / users, ...times };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureRedis(users: number): Promise<Record<string, number>> {
  await using server = await startRedis();
  const client = await createClient({ url: server.url }).connect();
  const usedMemory = async (): Promise<number> => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
  const before = await usedMemory();
  const prefix = '{nexconn-tokens}:';
  for (const tokens of inParts(tokensOf(users))) {
    const writes = tokens.flatMap((token) => [
      client.set(`${prefix}token:${token.userId}`, JSON.stringify(token)),
      client.zAdd(`${prefix}users:${token.secretId}`, { score: 0, value: token.userId }),
    ]);
    await Promise.all(writes);
  }
  await client.sAdd(`${prefix}secrets`, [secrets.before, secrets.after]);
  const bytesPerUser = ((await usedMemory()) - before) / users;
  const times = await timeStore(createRedisStore(client));
  client.destroy();
  return { bytesPerUser, ...times };
}

async function measurePostgres(users: number): Promise<Record<string, number>> {
  await using server = await startPostgres();
  const pool = new Pool({ connectionString: server.url });
  // The server may go before the pool has ended its connections.
  pool.on('error', () => {});
  const store = createPostgresStore(pool);
  await store.currentSecret();
  for (const tokens of inParts(tokensOf(users))) {
    const columns = (['userId', 'name', 'avatarUrl', 'accessToken', 'secretId', 'issuedAt'] as const).map((column) =>
      tokens.map((token) => token[column]),
    );
    const types = '$1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]';
    await pool.query(`INSERT INTO nexconn_tokens SELECT * FROM unnest(${types})`, columns);
  }
  // As autovacuum has done with a table that was not filled a moment ago.
  await pool.query('VACUUM ANALYZE nexconn_tokens');
  const { rows } = await pool.query("SELECT pg_total_relation_size('nexconn_tokens') AS bytes");
  const times = await timeStore(store);
  await pool.end();
  return { bytesPerUser: Number(rows[0].bytes) / users, ...times };
}

async function timeStore(store: TokenStore): Promise<Record<string, number>> {
  return {
    pageFirstMs: await medianMs(() => pageOf(store, secrets.neither, undefined)),
    pageMiddleMs: await medianMs(() => pageOf(store, secrets.neither, middle)),
    pageAfterBreakMs: await medianMs(() => pageOf(store, secrets.after, undefined)),
    countMs: await medianMs(() => store.count(secrets.after)),
  };
}

/** A page that is not full would be quicker than any that `reissueAll` reads on its way. */
async function pageOf(store: TokenStore, secretId: string, after: string | undefined): Promise<void> {
  const { length } = await store.listOutdated(secretId, after, pageSize);
  if (length !== pageSize) throw new Error(`Expected a page of ${pageSize} users, got ${length}.`);
}

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < timesAsked; round += 1) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[timesAsked >> 1] ?? Number.NaN;
}

/** In no order, as opaque user IDs come; `reissueAll` goes by their order, so that it has done the first half of them. */
function* tokensOf(users: number): Generator<StoredToken> {
  for (let index = 0; index < users; index += 1) {
    const userId = createHash('sha256').update(`${index}`).digest('hex').slice(0, 32);
    const accessToken = createHash('sha512').update(`${index}`).digest('base64').padEnd(96, userId);
    const secretId = userId < middle ? secrets.after : secrets.before;
    yield { userId, ...person, accessToken, secretId, issuedAt: 1_800_000_000_123 };
  }
}

function* inParts<T>(items: Iterable<T>): Generator<T[]> {
  let part: T[] = [];
  for (const item of items) {
    part.push(item);
    if (part.length < filledAtOnce) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

function named(store: string, results: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(results).map(([name, value]) => [`${store}${name[0]?.toUpperCase()}${name.slice(1)}`, value]),
  );
}
