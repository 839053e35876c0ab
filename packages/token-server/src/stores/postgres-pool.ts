import type { PostgresLike } from '@nexconn-kit/client/postgres';
import { performanceNow } from '../system-time.js';
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
  }) => PgPool;
}

/** How long at least from one pool to the next. */
const renewMs = 1_000;

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
  let current = open();
  let openedAt = performanceNow();

  function open(): PgPool {
    const pool = new Pool({ connectionString: url, connectionTimeoutMillis: connectMs, query_timeout: callMs });
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

  return {
    async query(text, values) {
      const pool = current;
      try {
        return await pool.query(text, values);
      } catch (error) {
        if (isUseless(error)) renew(pool, error);
        throw error;
      }
    },
    close: () => current.end(),
  };
}

function isUseless(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  // read_only_sql_transaction; cannot_connect_now and hot-standby conflicts pass by themselves.
  return code === '25006' || message === 'Query read timeout';
}
