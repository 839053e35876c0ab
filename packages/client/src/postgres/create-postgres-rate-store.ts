import type { OptionNames } from '../check-options.js';
import { optionChecks, refuseOption } from '../errors.js';
import type { RateFleet, RateMember, RateStore } from '../rate-limit/rate-store.js';
import { createRateStore, toNumber } from '../rate-store/create-rate-store.js';
import { createTableSql, noteMemberSql, removeGoneSql, reserveSlotSql } from './reserve-slot-sql.js';

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

const names: OptionNames<PostgresRateStoreOptions> = { table: 0 };

// SQLSTATEs of PostgreSQL.
/** undefined_table: the table is yet to be created. */
const undefinedTable = '42P01';
/** Another process creates the table at the same moment: duplicate_table, unique_violation, duplicate_object. */
const createdByOthers = ['42P07', '23505', '42710'];
/** serialization_failure, deadlock_detected: two processes reserved at once under an isolation level above the default. */
const conflicts = ['40001', '40P01'];
const maxTries = 5;

/**
 * Creates a rate store of a PostgreSQL, 13 or later, for every process that hands in the same one.
 *
 * The pool of `pg` stays the caller's and is never closed here. Slots are reserved by one statement on one row for each App
 * Key and operation, by the clock of the database. The table is created when it is first needed; it is unlogged, so that no
 * slot waits for a disk.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 * @example
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL });
 * const nexconn = createNexconnClient({ appKey, appSecret, region, rateLimit: { store: createPostgresRateStore(pool) } });
 */
export function createPostgresRateStore(client: PostgresLike, options: PostgresRateStoreOptions = {}): RateStore {
  optionChecks.checkNames(options, names);
  const { table = 'nexconn_rate_limit' } = options;
  if (typeof client?.query !== 'function') refuseOption('client', 'has no query function. Pass a pool of pg.');
  // A name cannot be a parameter of a statement, so what goes into the text is restricted.
  if (typeof table !== 'string' || !/^[a-z_]\w{0,62}(\.[a-z_]\w{0,62})?$/i.test(table)) {
    refuseOption('table', 'is no name. Pass one such as nexconn_rate_limit or app.nexconn_rate_limit.');
  }
  const name = table
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
  const sql = { reserve: reserveSlotSql(name), note: noteMemberSql(name), removeGone: removeGoneSql(name) };

  async function mend(error: unknown): Promise<void> {
    const code = codeOf(error);
    if (code === undefinedTable) {
      await client.query(createTableSql(name), []).catch((failure: unknown) => {
        if (!createdByOthers.includes(codeOf(failure))) throw failure;
      });
    } else if (!conflicts.includes(code)) throw error;
  }

  /** Returns the first row that the statement yields, once what can be mended is. */
  async function ask(text: string, values: unknown[]): Promise<Record<string, unknown>> {
    for (let tries = 1; ; tries += 1) {
      try {
        const { rows } = await client.query(text, values);
        return (rows[0] ?? {}) as Record<string, unknown>;
      } catch (error) {
        if (tries === maxTries) throw error;
        await mend(error);
      }
    }
  }

  /** Resolves to undefined where the others are in the way each time, as they are above the default isolation level. */
  async function note(key: string, member: RateMember): Promise<RateFleet | undefined> {
    const { id, isBusy, perSecond, silentAfterMs } = member;
    const fleet = await ask(sql.note, [key, id, perSecond, isBusy ? 1 : 0, silentAfterMs]).catch((error) => {
      if (!conflicts.includes(codeOf(error))) throw error;
    });
    if (!fleet) return undefined;
    // A role without the right to do so leaves a row for each process that there was.
    if (Number(fleet.gone) > 0) await client.query(sql.removeGone, [key]).catch(() => {});
    return { members: toNumber(fleet.members), silent: toNumber(fleet.silent), perSecond: toNumber(fleet.per_second) };
  }

  return createRateStore({
    async reserve(key, { reservedMs, penaltyMs }, member) {
      const { reserved_ms, penalty_ms } = await ask(sql.reserve, [key, reservedMs, penaltyMs]);
      const reservation = { reservedMs: toNumber(reserved_ms), penaltyMs: toNumber(penalty_ms) };
      const fleet = member && (await note(key, member));
      return fleet ? { ...reservation, fleet } : reservation;
    },
  });
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null ? String(Reflect.get(error, 'code')) : '';
}
