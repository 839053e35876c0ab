import { randomUUID } from 'node:crypto';
import type { PostgresLike } from '@nexconn-kit/client/postgres';
import type { OptionNames } from '../check-options.js';
import { optionChecks, refuseOption } from '../errors.js';
import type { StoredUser, TokenStore } from '../types.js';
import { isTableMissing, migrate } from './migrate.js';
import { statementsOn } from './statements.js';

/** The options of a store in PostgreSQL. */
export interface PostgresStoreOptions {
  /** The prefix of the tables' names, with a schema where that is not on the search path. Default: `nexconn`. */
  readonly tablePrefix?: string | undefined;
}

const names: OptionNames<PostgresStoreOptions> = { tablePrefix: 0 };

type Row = Readonly<Record<string, unknown>>;

/**
 * Creates a store in a PostgreSQL, 13 or later, that several instances share. Its tables are created when it is first used.
 *
 * @param client A pool of `pg`, which is not closed here.
 * @throws {TokenServiceError} INVALID_OPTION
 * @throws {TypeError} where `client` has no `query`
 */
export function createPostgresStore(client: PostgresLike, options: PostgresStoreOptions = {}): TokenStore {
  optionChecks.checkNames(options, names);
  const { tablePrefix = 'nexconn' } = options;
  if (typeof client?.query !== 'function') throw new TypeError('client has no query function. Pass a pool of pg.');
  // It becomes part of the statements, where nothing escapes it.
  if (!/^[a-z_]\w{0,40}(\.[a-z_]\w{0,40})?$/.test(tablePrefix)) {
    refuseOption('tablePrefix', 'is no name. Pass one such as nexconn or app.nexconn, in lower case.');
  }
  const sql = statementsOn(tablePrefix);
  let migrating: Promise<void> | undefined;

  // Once; after a failure again before the next statement.
  function migrated(): Promise<void> {
    migrating ??= migrate(client, tablePrefix).catch((error: unknown) => {
      migrating = undefined;
      throw error;
    });
    return migrating;
  }

  async function run(name: keyof typeof sql, ...values: unknown[]): Promise<readonly Row[]> {
    await migrated();
    const ask = async () => (await client.query(sql[name], values)).rows as readonly Row[];
    return ask().catch(async (error: unknown) => {
      if (!isTableMissing(error)) throw error;
      // Dropped while it was in use.
      migrating = undefined;
      await migrated();
      return ask();
    });
  }

  return {
    async read(userId) {
      const [row = {}] = await run('read', userId);
      const currentSecret = (row.current_secret ?? undefined) as string | undefined;
      if (row.user_id === null) return { token: undefined, currentSecret };
      const { access_token: accessToken, secret_id: secretId, issued_at: issuedAt } = row;
      const token = {
        ...toUser(row),
        accessToken: String(accessToken),
        secretId: String(secretId),
        issuedAt: Number(issuedAt),
      };
      return { token, currentSecret };
    },
    async acquireLease(userId, leaseMs) {
      const leaseId = randomUUID();
      return (await run('acquireLease', userId, leaseId, leaseMs)).length === 0 ? undefined : leaseId;
    },
    extendLease: async (userId, leaseId, leaseMs) => void (await run('extendLease', userId, leaseId, leaseMs)),
    releaseLease: async (userId, leaseId) => void (await run('releaseLease', userId, leaseId)),
    write: async ({ userId, name, avatarUrl, accessToken, secretId, issuedAt }, leaseId) =>
      void (await run('write', userId, name, avatarUrl, accessToken, secretId, issuedAt, leaseId)),
    remove: async (userId) => void (await run('remove', userId)),
    currentSecret: async () => ((await run('currentSecret'))[0]?.current_secret ?? undefined) as string | undefined,
    setCurrentSecret: async (secretId, { expected }) =>
      void (await run('setCurrentSecret', secretId, expected ?? null)),
    listOutdated: async (secretId, after, limit) => (await run('list', secretId, after ?? '', limit)).map(toUser),
    async count(secretId) {
      const [row] = await run('count', secretId);
      return { users: Number(row?.users), outdated: Number(row?.outdated) };
    },
    // The pool is its caller's to close.
    close: async () => {},
  };
}

function toUser({ user_id: userId, name, avatar_url: avatarUrl }: Row): StoredUser {
  return { userId: String(userId), name: String(name), avatarUrl: String(avatarUrl) };
}
