import { randomUUID } from 'node:crypto';
import { TokenServiceError } from '../errors.js';
import { checkedToken, currentSecretRowName, defineForApp, rowName, scopeOf } from '../stores/app-rows.js';
import { createMemoryLeases } from '../stores/memory-leases.js';
import { sqliteStatements } from '../stores/sqlite-tables.js';
import { listUsers, toToken } from '../stores/stored-row.js';
import { performanceNow } from '../system-time.js';
import type { StoredToken, TokenStore } from '../types.js';
import type { LeasePace } from './database-lease.js';
import { type Database, openDatabase } from './open-database.js';
import { migrate } from './schema.js';

/**
 * Opens a database that no other process has open, as a store.
 *
 * @param path One of `realPathOf`.
 * @throws {TokenServiceError} STORE_FAILED
 */
export async function openStore(path: string, pace: LeasePace = {}): Promise<TokenStore> {
  const database = await openDatabase(path, pace);
  try {
    return storeIn(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

function storeIn(database: Database): TokenStore {
  migrate(database);
  const sql = sqliteStatements('');
  // As one text, since each column of a row is several calls into the SQLite in WebAssembly.
  const readToken = database.prepare(
    'SELECT json_array(name, avatar_url, access_token, secret_id, issued_at) AS token FROM tokens WHERE user_id = ?',
  );
  const writeToken = database.prepare(sql.write);
  const removeToken = database.prepare(sql.remove);
  const readFact = database.prepare(sql.readFact);
  const writeFact = database.prepare('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)');
  const list = database.prepare(sql.list);
  const count = database.prepare(sql.count);
  // Nobody else has the file, so that leases need not outlive this process.
  const leases = createMemoryLeases({ monotonicNow: performanceNow, createLeaseId: randomUUID });
  /** The current App Secret of each scope; read once, since nobody else can change it. */
  const currentSecrets = new Map<string, string | undefined>();

  /** The App Key whose rows have no scope, once it was asked for. */
  let owner: string | undefined;
  let foreign: TokenServiceError | undefined;

  function startAnew(): void {
    migrate(database);
    currentSecrets.clear();
    if (owner === undefined) return;
    const found = readFact.get(ownerRowName)?.value;
    if (found === undefined) writeFact.run(ownerRowName, owner);
    else if (found !== owner) foreign = foreignFile();
  }

  /** Tables that were dropped are created again. */
  function read<T>(work: () => T): T {
    if (foreign) throw foreign;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Error && /no such table/.test(error.message))) throw error;
      startAnew();
      return work();
    }
  }

  function write(work: () => void): void {
    if (database.prepareToWrite()) startAnew();
    read(work);
    database.confirmWritten();
  }

  function putToken(row: string, secretId: string, { name, avatarUrl, accessToken, issuedAt }: StoredToken): void {
    writeToken.run(row, name, avatarUrl, accessToken, secretId, issuedAt);
  }

  async function checkWrite(): Promise<void> {
    const { userId, secretId } = checkedToken;
    write(() => {
      putToken(userId, secretId, checkedToken);
      removeToken.run(userId);
    });
  }

  /** Returns the rows of one app. */
  function storeOfApp(scope: string): TokenStore {
    const secretRowName = currentSecretRowName(scope);
    function currentSecret(): string | undefined {
      if (!currentSecrets.has(scope)) {
        currentSecrets.set(scope, read(() => readFact.get(secretRowName))?.value as string | undefined);
      }
      return currentSecrets.get(scope);
    }

    return {
      async read(userId) {
        const name = rowName(scope, userId);
        const row = read(() => readToken.get(name));
        return { token: row && parseToken(name, String(row.token), scope), currentSecret: currentSecret() };
      },
      acquireLease: async (userId, leaseMs) => leases.acquire(rowName(scope, userId), leaseMs),
      extendLease: async (userId, leaseId, leaseMs) => leases.extend(rowName(scope, userId), leaseId, leaseMs),
      releaseLease: async (userId, leaseId) => leases.release(rowName(scope, userId), leaseId),
      async write(token, leaseId) {
        const row = rowName(scope, token.userId);
        write(() => putToken(row, scope + token.secretId, token));
        leases.release(row, leaseId);
      },
      remove: async (userId) => write(() => removeToken.run(rowName(scope, userId))),
      async setCurrentSecret(secretId, { expected }) {
        if (currentSecret() !== expected) return;
        write(() => writeFact.run(secretRowName, secretId));
        currentSecrets.set(scope, secretId);
      },
      currentSecret: async () => currentSecret(),
      listOutdated: async (secretId, after, limit) =>
        listUsers(scope, after, async (last) => read(() => list.all(last, scope + secretId, limit, scope))),
      async count(secretId) {
        const row = read(() => count.get(scope + secretId, scope));
        return { users: Number(row?.users), outdated: Number(row?.outdated) };
      },
      checkWrite,
      close: async () => database.close(),
    };
  }

  function findOwner(appKey: string): string {
    owner ??= read(() => readFact.get(ownerRowName))?.value as string | undefined;
    if (owner !== undefined) return owner;
    try {
      write(() => writeFact.run(ownerRowName, appKey));
    } catch {
      // On a full disk what can be read is served all the same, and the next process writes it.
    }
    owner = appKey;
    return owner;
  }

  const store = storeOfApp('');
  return defineForApp(store, (appKey) => {
    const scope = scopeOf(appKey, findOwner(appKey));
    return scope === '' ? store : storeOfApp(scope);
  });
}

function foreignFile(): TokenServiceError {
  const message =
    'The database was replaced, while it was in use, by one whose first app is another one: its rows are not those that ' +
    'were asked for. Restart this process.';
  return new TokenServiceError(message, { code: 'STORE_FAILED' });
}

/** The name of the App Key whose rows have no scope. */
const ownerRowName = 'app_key';

function parseToken(row: string, columns: string, scope: string): StoredToken | undefined {
  const [name, avatar_url, access_token, secret_id, issued_at] = JSON.parse(columns);
  return toToken({ user_id: row, name, avatar_url, access_token, secret_id, issued_at }, scope);
}
