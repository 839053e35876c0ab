import type { PostgresLike } from '@nexconn-kit/client/postgres';
import { performanceNow } from '../system-time.js';
import { withTimeout } from '../with-timeout.js';
import { importInstalled, missingPackage } from './import-installed.js';

/** Connections to a PostgreSQL that are made anew where they do not answer, or lead to a replica. */
export interface PostgresPool extends PostgresLike {
  readonly close: () => Promise<void>;
}

/** How long each step may take, in milliseconds. */
export interface PostgresTimeouts {
  readonly connectMs: number;
  readonly callMs: number;
}

interface PgPool extends PostgresLike {
  on(event: 'error', listener: (error: unknown) => void): unknown;
  end(): Promise<void>;
}

interface Pg {
  readonly Pool: new (options: {
    connectionString: string;
    connectionTimeoutMillis: number;
    query_timeout: number;
    max: number;
  }) => PgPool;
}

/** How long at least from one pool to the next. */
const renewMs = 1_000;
const connections = 10;
/**
 * How many of them write at once. Where commits hang, as while a synchronous standby is gone, writes take all that they may
 * have, and whoever has a token is still to be read. Reads need few: those of one moment are one question.
 */
const connectionsToWrite = 6;
/** A statement that its caller has given up may be told as over that much too early. */
const clockErrorMs = 500;
/**
 * Ends statements that nobody waits for any more. A commit that hangs, or what waits for a lock, keeps its process of the database
 * though its connection is closed, one more with each try; no timeout of PostgreSQL ends a commit. PostgreSQL tells the beginning
 * of a statement alone.
 */
const endAbandoned = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
WHERE usename = current_user AND datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
AND query <> '' AND starts_with($1, query) AND clock_timestamp() - query_start > $2::float8 * interval '1 millisecond'`;
const writing = /\b(INSERT|UPDATE|DELETE|CREATE)\b/;

/**
 * Creates the pool, by the package `pg`.
 *
 * @throws {CliError} PACKAGE_MISSING
 */
export async function createPostgresPool(
  url: string,
  { connectMs, callMs }: PostgresTimeouts,
  onTrouble: (error: unknown) => void,
): Promise<PostgresPool> {
  const loaded = (await importInstalled('pg')) as (Pg & { readonly default?: Pg }) | undefined;
  if (!loaded) throw missingPackage('A PostgreSQL store needs the package pg.', 'npm install pg');
  const { Pool } = loaded.default ?? loaded;

  const turns = createTurns(connectionsToWrite, connectMs);
  let current = open();
  let openedAt = performanceNow();
  let answeredAt = Number.NEGATIVE_INFINITY;

  function open(): PgPool {
    const times = { connectionTimeoutMillis: connectMs, query_timeout: callMs };
    const pool = new Pool({ connectionString: url, ...times, max: connections });
    pool.on('error', onTrouble);
    return pool;
  }

  /** Where one connection leads to nowhere, or to a replica, the others do as well. */
  function renew(pool: PgPool, error: unknown): void {
    if (pool !== current || performanceNow() - openedAt < renewMs) return;
    onTrouble(error);
    current = open();
    openedAt = performanceNow();
    pool.end().catch(() => {});
  }

  /** Of the instances that ask the same, each ends those of all. */
  function cancelAbandoned(pool: PgPool, text: string): void {
    pool.query(endAbandoned, [text, callMs - clockErrorMs]).catch(() => {});
  }

  async function ask(text: string, values: unknown[]) {
    const pool = current;
    const askedAt = performanceNow();
    try {
      const answer = await pool.query(text, values);
      answeredAt = performanceNow();
      return answer;
    } catch (error) {
      // A database that answers others is not away: its commits hang, or something is locked.
      const isUnanswered = isSilence(error) && answeredAt < askedAt;
      if (isOfReplica(error) || isUnanswered) renew(pool, error);
      if (isSilence(error) && !isUnanswered) cancelAbandoned(pool, text);
      throw error;
    }
  }

  return {
    query: (text, values) => (writing.test(text) ? turns.run(() => ask(text, values)) : ask(text, values)),
    close: () => current.end(),
  };
}

function createTurns(max: number, waitMs: number) {
  let running = 0;
  const waiting = new Set<() => void>();

  async function takeTurn(): Promise<void> {
    if (running < max) {
      running += 1;
      return;
    }
    let begin = (): void => {};
    const turn = new Promise<void>((resolve) => {
      begin = resolve;
      waiting.add(begin);
    });
    await withTimeout(turn, waitMs, 'Too many writes hang.').catch((error) => {
      // Given meanwhile, and taken by nobody.
      if (!waiting.delete(begin)) passOn();
      throw error;
    });
  }

  function passOn(): void {
    const [next] = waiting;
    if (next === undefined) running -= 1;
    else {
      waiting.delete(next);
      next();
    }
  }

  return {
    async run<T>(work: () => Promise<T>): Promise<T> {
      await takeTurn();
      return work().finally(passOn);
    },
  };
}

function isSilence(error: unknown): boolean {
  return (error as { readonly message?: unknown }).message === 'Query read timeout';
}

/** By read_only_sql_transaction; cannot_connect_now and hot-standby conflicts pass by themselves. */
function isOfReplica(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === '25006';
}
