import { randomUUID } from 'node:crypto';
import type { PostgresLike } from '@nexconn-kit/client/postgres';
import type { StoredUser, TokenStore } from '../types.js';
import { migrateSql, statementsOn } from './statements.js';

/** How tokens are kept in PostgreSQL. */
export interface PostgresStoreOptions {
  /** Stands before the names of the tables; with a schema where that is not on the search path. Default: `nexconn`. */
  readonly tablePrefix?: string | undefined;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Makes a store in a PostgreSQL, 13 or later, that several instances share; its tables are made when it is first used.
 *
 * Takes a pool of `pg`, which stays its caller's.
 *
 * @throws {TypeError} where `client` has no `query`, or `tablePrefix` is no name
 */
export function createPostgresStore(
  client: PostgresLike,
  { tablePrefix = 'nexconn' }: PostgresStoreOptions = {},
): TokenStore {
  if (typeof client?.query !== 'function') throw new TypeError('client has no query function. Pass a pool of pg.');
  // It stands in the statements as it is.
  if (!/^[a-z_]\w{0,40}(\.[a-z_]\w{0,40})?$/.test(tablePrefix)) {
    throw new TypeError('tablePrefix is no name such as nexconn or app.nexconn, in lower case.');
  }
  const sql = statementsOn(tablePrefix);
  let migrating: Promise<unknown> | undefined;

  /** Once; after a failure again with the next statement. */
  function migrate(): Promise<unknown> {
    migrating ??= client.query(migrateSql(tablePrefix), []).catch((error: unknown) => {
      migrating = undefined;
      throw error;
    });
    return migrating;
  }

  async function run(name: keyof typeof sql, ...values: unknown[]): Promise<readonly Row[]> {
    await migrate();
    return (await client.query(sql[name], values)).rows as readonly Row[];
  }

  return {
    async read(userId) {
      const [row = {}] = await run('read', userId);
      const switchedTo = (row.switched_to ?? undefined) as string | undefined;
      if (row.user_id === null) return { token: undefined, switchedTo };
      const { access_token: accessToken, secret_id: secretId, issued_at: issuedAt } = row;
      const token = {
        ...toUser(row),
        accessToken: String(accessToken),
        secretId: String(secretId),
        issuedAt: Number(issuedAt),
      };
      return { token, switchedTo };
    },
    async claim(userId, leaseMs) {
      const proof = randomUUID();
      return (await run('claim', userId, proof, leaseMs)).length === 0 ? undefined : proof;
    },
    prolong: async (userId, proof, leaseMs) => void (await run('prolong', userId, proof, leaseMs)),
    release: async (userId, proof) => void (await run('release', userId, proof)),
    write: async ({ userId, name, avatarUrl, accessToken, secretId, issuedAt }, proof) =>
      void (await run('write', userId, name, avatarUrl, accessToken, secretId, issuedAt, proof)),
    remove: async (userId) => void (await run('remove', userId)),
    switchTo: async (secretId, insteadOf) => void (await run('switchTo', secretId, insteadOf ?? null)),
    switchedTo: async () => ((await run('switchedTo'))[0]?.switched_to ?? undefined) as string | undefined,
    listOutdated: async (secretId, after, limit) => (await run('list', secretId, after ?? '', limit)).map(toUser),
    async count(secretId) {
      const [row] = await run('count', secretId);
      return { users: Number(row?.users), outdated: Number(row?.outdated) };
    },
    // The pool stays its caller's.
    close: async () => {},
  };
}

function toUser({ user_id: userId, name, avatar_url: avatarUrl }: Row): StoredUser {
  return { userId: String(userId), name: String(name), avatarUrl: String(avatarUrl) };
}
