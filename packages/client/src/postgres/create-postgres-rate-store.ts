import type { RateStore } from '../rate-limit/rate-store.js';
import { createRateStore } from '../rate-store/create-rate-store.js';
import { createTableSql, reserveSlotSql } from './reserve-slot-sql.js';

/** A pool or a client of `pg`, or what sends a query in the same way. */
export interface PostgresLike {
  /** Rejects with an error that has the `code` of PostgreSQL. */
  readonly query: (text: string, values: unknown[]) => Promise<{ readonly rows: readonly unknown[] }>;
}

/** How a rate limit is kept in PostgreSQL. */
export interface PostgresRateStoreOptions {
  /** The table, with its schema where it is not on the search path. Default: `nexconn_rate_limit`. */
  readonly table?: string | undefined;
}

/** The table is not there, and it is being made by somebody else (three ways to say so). */
const undefinedTable = '42P01';
const madeByOthers = ['42P07', '23505', '42710'];
/** Two at the same time, where the isolation level is above the default. */
const conflicts = ['40001', '40P01'];
const maxTries = 5;

/**
 * Creates a rate store of a PostgreSQL, 13 or later, for every process that hands in the same one.
 *
 * Takes a pool of `pg`, which stays its caller's. Slots are reserved by one statement on one row for each App Key and
 * operation, which goes by the clock of the database. The table is made when it is first needed; it is unlogged, so that
 * no slot waits for a disk.
 *
 * @throws {TypeError} where `client` has no `query`, or `table` is no name
 * @example
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL });
 * const nexconn = createNexconnClient({ appKey, appSecret, region, rateLimit: { store: createPostgresRateStore(pool) } });
 */
export function createPostgresRateStore(client: PostgresLike, options: PostgresRateStoreOptions = {}): RateStore {
  const { table = 'nexconn_rate_limit' } = options;
  if (typeof client?.query !== 'function') throw new TypeError('client has no query function. Pass a pool of pg.');
  // It stands in the statement as it is.
  if (!/^[a-z_]\w{0,62}(\.[a-z_]\w{0,62})?$/i.test(table)) {
    throw new TypeError('table is no name such as nexconn_rate_limit or app.nexconn_rate_limit.');
  }
  const name = table
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
  const reserveSql = reserveSlotSql(name);

  async function mend(error: unknown): Promise<void> {
    const code = codeOf(error);
    if (code === undefinedTable) {
      await client.query(createTableSql(name), []).catch((failure: unknown) => {
        if (!madeByOthers.includes(codeOf(failure))) throw failure;
      });
    } else if (!conflicts.includes(code)) throw error;
  }

  return createRateStore({
    async reserve(key, { reservedMs, penaltyMs }) {
      for (let tries = 1; ; tries += 1) {
        try {
          const { rows } = await client.query(reserveSql, [key, reservedMs, penaltyMs]);
          const { reserved_ms, penalty_ms } = (rows[0] ?? {}) as Record<string, unknown>;
          // Some clients give numbers as texts.
          return { reservedMs: Number(reserved_ms), penaltyMs: Number(penalty_ms) };
        } catch (error) {
          if (tries === maxTries) throw error;
          await mend(error);
        }
      }
    },
  });
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null ? String(Reflect.get(error, 'code')) : '';
}
