import type { OptionNames } from '../check-options.js';
import { optionChecks, refuseOption } from '../errors.js';
import type { RateStore } from '../rate-limit/rate-store.js';
import { createRateStore, toNumber } from '../rate-store/create-rate-store.js';
import type { D1Like } from './d1-like.js';
import { createTableSql, noteMemberSql, readFleetSql, removeGoneSql, reserveSlotSql } from './reserve-slot-sql.js';

/** How a rate limit is kept in a D1 database. */
export interface D1RateStoreOptions {
  /** The table. Default: `nexconn_rate_limit`. */
  readonly table?: string | undefined;
}

const names: OptionNames<D1RateStoreOptions> = { table: 0 };

type Row = Readonly<Record<string, unknown>>;
type Call = readonly [sql: string, ...values: readonly (string | number)[]];

/**
 * Creates a rate store of a D1 database of Cloudflare, for every isolate that hands in the same one.
 *
 * Slots are reserved by one statement on one row for each App Key and operation, by the clock of the database. The table is
 * created when it is first needed.
 *
 * @param database The binding, such as `env.DB`.
 * @throws {NexconnConfigurationError} INVALID_OPTION
 * @example
 * const nexconn = createNexconnClient({ appKey, appSecret, region, rateLimit: { store: createD1RateStore(env.DB) } });
 */
export function createD1RateStore(database: D1Like, options: D1RateStoreOptions = {}): RateStore {
  optionChecks.checkNames(options, names);
  const { table = 'nexconn_rate_limit' } = options;
  if (typeof database?.prepare !== 'function' || typeof database.batch !== 'function') {
    refuseOption('database', 'is no D1 database. Pass the binding of the worker, such as env.DB.');
  }
  // A name cannot be a parameter of a statement, so what goes into the text is restricted.
  if (typeof table !== 'string' || !/^[a-z_]\w{0,62}$/i.test(table)) {
    refuseOption('table', 'is no name. Pass one such as nexconn_rate_limit.');
  }
  const name = `"${table}"`;
  const sql = {
    reserve: reserveSlotSql(name),
    note: noteMemberSql(name),
    removeGone: removeGoneSql(name),
    fleet: readFleetSql(name),
  };

  /** Resolves to the first row of each statement; of several, all are run or none. */
  async function ask(calls: readonly Call[]): Promise<readonly Row[]> {
    const statements = calls.map(([text, ...values]) => database.prepare(text).bind(...values));
    const [first, ...others] = statements;
    const answers = first && others.length === 0 ? [await first.all()] : await database.batch(statements);
    return answers.map(({ results }) => (results[0] ?? {}) as Row);
  }

  async function askTable(calls: readonly Call[]): Promise<readonly Row[]> {
    try {
      return await ask(calls);
    } catch (error) {
      if (!(error instanceof Error && /no such table/.test(error.message))) throw error;
      await database.prepare(createTableSql(name)).bind().all();
      return ask(calls);
    }
  }

  return createRateStore({
    async reserve(key, { reservedMs, penaltyMs }, member) {
      const reserve: Call = [sql.reserve, key, reservedMs, penaltyMs];
      const calls = member
        ? ([
            [sql.note, key, member.id, member.perSecond, member.isBusy ? 1 : 0],
            [sql.removeGone, key],
            [sql.fleet, key, member.id, member.perSecond, member.silentAfterMs],
          ] satisfies Call[])
        : [];
      const [reserved = {}, , , fleet] = await askTable([reserve, ...calls]);
      const reservation = { reservedMs: toNumber(reserved.reserved_ms), penaltyMs: toNumber(reserved.penalty_ms) };
      if (!fleet) return reservation;
      const { members, silent, per_second: perSecond } = fleet;
      return {
        ...reservation,
        fleet: { members: toNumber(members), silent: toNumber(silent), perSecond: toNumber(perSecond) },
      };
    },
  });
}
