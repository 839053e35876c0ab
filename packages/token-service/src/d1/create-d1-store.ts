import type { D1Like } from '@nexconn-kit/client/d1';
import type { OptionNames } from '../check-options.js';
import { optionChecks, refuseOption, TokenServiceError } from '../errors.js';
import { checkedToken, currentSecretRowName, defineForApp, rowName, scopeOf } from '../stores/app-rows.js';
import { listUsers, type Row, toEntry, toOwner, toSecret } from '../stores/stored-row.js';
import type { StoredToken, TokenStore } from '../types.js';
import { isTableMissing, migrate, refuseNewer } from './migrate.js';
import { type D1Statement, statementsOn } from './statements.js';

/** The options of a store in a D1 database. */
export interface D1StoreOptions {
  /** The prefix of the tables' names. Default: `nexconn`. */
  readonly tablePrefix?: string | undefined;
}

const names: OptionNames<D1StoreOptions> = { tablePrefix: 0 };

type Call = readonly [name: D1Statement, ...values: readonly (string | number | null)[]];

/**
 * Creates a store in a D1 database of Cloudflare, which all isolates of a worker share. Its tables are created when it is
 * first used. No promise of one request is waited for by another: a worker that was cancelled holds nobody up.
 *
 * @param database The binding, such as `env.DB`.
 * @throws {TokenServiceError} INVALID_OPTION
 * @example
 * const store = createD1Store(env.DB);
 */
export function createD1Store(database: D1Like, options: D1StoreOptions = {}): TokenStore {
  optionChecks.checkNames(options, names);
  const { tablePrefix = 'nexconn' } = options;
  if (typeof database?.prepare !== 'function' || typeof database.batch !== 'function') {
    refuseOption('database', 'is no D1 database. Pass the binding of the worker, such as env.DB.');
  }
  // It becomes part of the statements, where nothing escapes it.
  if (typeof tablePrefix !== 'string' || !/^[a-z_][a-z\d_]{0,40}$/.test(tablePrefix)) {
    refuseOption('tablePrefix', 'is no name. Pass one such as nexconn, in lower case.');
  }
  const prefix = `${tablePrefix}_`;
  const sql = statementsOn(prefix);
  let isReady = false;
  /** The App Key whose rows have no scope, once it was asked for. */
  let owner: string | undefined;

  async function ask(calls: readonly Call[]): Promise<readonly (readonly Row[])[]> {
    const statements = calls.map(([name, ...values]) => database.prepare(sql[name]).bind(...values));
    const [first, ...others] = statements;
    const answers = first && others.length === 0 ? [await first.all()] : await database.batch(statements);
    return answers.map(({ results }) => results as readonly Row[]);
  }

  async function prepareTables(): Promise<void> {
    if (isReady) return;
    await migrate(database, prefix);
    // Tables that were dropped are those of the same app again.
    if (owner !== undefined && (await findOwner(owner)) !== owner) throw foreignTables();
    isReady = true;
  }

  async function run(...calls: readonly Call[]): Promise<readonly (readonly Row[])[]> {
    await prepareTables();
    return ask(calls).catch(async (error: unknown) => {
      if (!isTableMissing(error)) throw error;
      isReady = false;
      await prepareTables();
      return ask(calls);
    });
  }

  async function findOwner(appKey: string): Promise<string> {
    // Asked first: what can be read is served while nothing can be written.
    const [[known] = []] = await ask([['readFact', 'app_key']]);
    if (known) return toOwner(known);
    const [, [row] = []] = await ask([
      ['own', appKey],
      ['readFact', 'app_key'],
    ]);
    return toOwner(row);
  }

  async function findScope(appKey: string): Promise<string> {
    await prepareTables();
    owner ??= await findOwner(appKey);
    return scopeOf(appKey, owner);
  }

  /** Returns the rows of one app; which ones, the database says as soon as it has told who owns the rows without a scope. */
  function storeOfApp(findScope: () => string | Promise<string>): TokenStore {
    return {
      async read(userId) {
        const scope = await findScope();
        const [[row = {}] = []] = await run(['read', rowName(scope, userId), currentSecretRowName(scope)]);
        refuseNewer((row.schema_version ?? undefined) as string | undefined);
        return toEntry(row, scope);
      },
      async acquireLease(userId, leaseMs) {
        const leaseId = crypto.randomUUID();
        const [taken = []] = await run(['acquireLease', rowName(await findScope(), userId), leaseId, leaseMs]);
        return taken.length === 0 ? undefined : leaseId;
      },
      extendLease: async (userId, leaseId, leaseMs) =>
        void (await run(['extendLease', rowName(await findScope(), userId), leaseId, leaseMs])),
      releaseLease: async (userId, leaseId) =>
        void (await run(['releaseLease', rowName(await findScope(), userId), leaseId])),
      async write(token, leaseId) {
        const scope = await findScope();
        const row = rowName(scope, token.userId);
        await run(writeCall(row, scope + token.secretId, token), ['releaseLease', row, leaseId]);
      },
      remove: async (userId) => void (await run(['remove', rowName(await findScope(), userId)])),
      async currentSecret() {
        const [[row] = []] = await run(['readFact', currentSecretRowName(await findScope())]);
        return toSecret(row?.value);
      },
      setCurrentSecret: async (secretId, { expected }) =>
        void (await run(['setCurrentSecret', secretId, expected ?? null, currentSecretRowName(await findScope())])),
      async listOutdated(secretId, after, limit) {
        const scope = await findScope();
        return listUsers(scope, after, async (last) => {
          const [rows = []] = await run(['list', last, scope + secretId, limit, scope]);
          return rows;
        });
      },
      async count(secretId) {
        const scope = await findScope();
        const [[row] = []] = await run(['count', scope + secretId, scope]);
        return { users: Number(row?.users), outdated: Number(row?.outdated) };
      },
      async checkWrite() {
        await run(writeCall(checkedToken.userId, checkedToken.secretId, checkedToken), ['remove', checkedToken.userId]);
      },
      // The binding is the worker's.
      close: async () => {},
    };
  }

  return defineForApp(
    storeOfApp(() => ''),
    (appKey) => storeOfApp(() => findScope(appKey)),
  );
}

function writeCall(row: string, secretId: string, { name, avatarUrl, accessToken, issuedAt }: StoredToken): Call {
  return ['write', row, name, avatarUrl, accessToken, secretId, issuedAt];
}

function foreignTables(): TokenServiceError {
  const message =
    'The tables were replaced, while they were in use, by some whose first app is another one: their rows are not those ' +
    'that were asked for. Deploy anew.';
  return new TokenServiceError(message, { code: 'STORE_FAILED' });
}
