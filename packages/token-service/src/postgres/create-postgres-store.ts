import { randomUUID } from 'node:crypto';
import type { PostgresLike } from '@nexconn-kit/client/postgres';
import type { OptionNames } from '../check-options.js';
import { optionChecks, refuseOption } from '../errors.js';
import { checkedToken, currentSecretRowName, defineForApp, onceDone, rowName, scopeOf } from '../stores/app-rows.js';
import { batchReads } from '../stores/batch-reads.js';
import { listUsers, type Row, toEntry, toOwner, toSecret } from '../stores/stored-row.js';
import type { TokenStore } from '../types.js';
import { checkPolicies, isTableMissing, migrate, refuseNewer, withoutConflict } from './migrate.js';
import { statementsOn } from './statements.js';

/** The options of a store in PostgreSQL. */
export interface PostgresStoreOptions {
  /** The prefix of the tables' names, with a schema where that is not on the search path. Default: `nexconn`. */
  readonly tablePrefix?: string | undefined;
}

const names: OptionNames<PostgresStoreOptions> = { tablePrefix: 0 };

/**
 * Creates a store in a PostgreSQL, 13 or later, that several instances share. Its tables are created when it is first used.
 *
 * @param client A pool of `pg`, which is not closed here.
 * @throws {TokenServiceError} INVALID_OPTION
 */
export function createPostgresStore(client: PostgresLike, options: PostgresStoreOptions = {}): TokenStore {
  optionChecks.checkNames(options, names);
  const { tablePrefix = 'nexconn' } = options;
  if (typeof client?.query !== 'function') refuseOption('client', 'has no query function. Pass a pool of pg.');
  // It becomes part of the statements, where nothing escapes it.
  if (typeof tablePrefix !== 'string' || !/^[a-z_][a-z\d_]{0,40}(\.[a-z_][a-z\d_]{0,40})?$/.test(tablePrefix)) {
    refuseOption('tablePrefix', 'is no name. Pass one such as nexconn or app.nexconn, in lower case.');
  }
  const sql = statementsOn(tablePrefix);
  const migrateOnce = () =>
    onceDone(async () => {
      if (await withoutConflict(() => migrate(client, tablePrefix))) await checkPolicies(client, tablePrefix);
    });
  let migrated = migrateOnce();

  async function ask(name: keyof typeof sql, ...values: unknown[]): Promise<readonly Row[]> {
    return withoutConflict(async () => (await client.query(sql[name], values)).rows as readonly Row[]);
  }

  async function run(...asked: Parameters<typeof ask>): Promise<readonly Row[]> {
    await migrated();
    return ask(...asked).catch(async (error: unknown) => {
      if (!isTableMissing(error)) throw error;
      // Dropped while it was in use.
      migrated = migrateOnce();
      await migrated();
      return ask(...asked);
    });
  }

  async function checkWrite(): Promise<void> {
    const { userId, name, avatarUrl, accessToken, secretId, issuedAt } = checkedToken;
    await run('write', userId, name, avatarUrl, accessToken, secretId, issuedAt, '');
    await run('remove', userId);
  }

  /** Returns the rows of one app; which ones, the database says as soon as it has told who owns the rows without a scope. */
  function storeOfApp(findScope: () => string | Promise<string>): TokenStore {
    const readRow = batchReads(async (asked) => {
      const scope = await findScope();
      const rows = await run('read', JSON.stringify(asked), currentSecretRowName(scope));
      for (const { schema_version: version } of rows) refuseNewer((version ?? undefined) as string | undefined);
      const entries = new Map(rows.map((row) => [row.asked, toEntry(row, scope)]));
      return asked.map((row) => entries.get(row) ?? { token: undefined, currentSecret: undefined });
    });
    return {
      read: async (userId) => readRow(rowName(await findScope(), userId)),
      async acquireLease(userId, leaseMs) {
        const leaseId = randomUUID();
        const row = rowName(await findScope(), userId);
        return (await run('acquireLease', row, leaseId, leaseMs)).length === 0 ? undefined : leaseId;
      },
      extendLease: async (userId, leaseId, leaseMs) =>
        void (await run('extendLease', rowName(await findScope(), userId), leaseId, leaseMs)),
      releaseLease: async (userId, leaseId) =>
        void (await run('releaseLease', rowName(await findScope(), userId), leaseId)),
      async write(token, leaseId) {
        const scope = await findScope();
        const { name, avatarUrl, accessToken, issuedAt } = token;
        const row = [rowName(scope, token.userId), name, avatarUrl, accessToken, scope + token.secretId, issuedAt];
        await run('write', ...row, leaseId);
      },
      remove: async (userId) => void (await run('remove', rowName(await findScope(), userId))),
      async currentSecret() {
        const [row] = await run('currentSecret', currentSecretRowName(await findScope()));
        return toSecret(row?.current_secret);
      },
      setCurrentSecret: async (secretId, { expected }) =>
        void (await run('setCurrentSecret', secretId, expected ?? null, currentSecretRowName(await findScope()))),
      async listOutdated(secretId, after, limit) {
        const scope = await findScope();
        return listUsers(scope, after, (last) => run('list', scope + secretId, last, limit, scope));
      },
      async count(secretId) {
        const scope = await findScope();
        const [row] = await run('count', scope + secretId, scope);
        return { users: Number(row?.users), outdated: Number(row?.outdated) };
      },
      checkWrite,
      // The pool is its caller's to close.
      close: async () => {},
    };
  }

  async function findScope(appKey: string): Promise<string> {
    // Asked first: what can be read is served while nothing can be written.
    const [known] = await run('owner');
    if (known) return scopeOf(appKey, toOwner(known));
    await run('own', appKey);
    const [row] = await run('owner');
    return scopeOf(appKey, toOwner(row));
  }

  return defineForApp(
    storeOfApp(() => ''),
    (appKey) => storeOfApp(onceDone(() => findScope(appKey))),
  );
}
