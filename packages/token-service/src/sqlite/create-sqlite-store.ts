import { randomUUID } from 'node:crypto';
import { createLeases } from '../stores/leases.js';
import { performanceNow } from '../system-time.js';
import type { StoredToken, StoredUser, TokenStore } from '../types.js';
import { openDatabase, type SqlRow } from './open-database.js';

/** Steps from one version of the schema to the next; each runs once, in this order. Existing files depend on their names. */
const migrations = [
  `CREATE TABLE tokens (
     user_id TEXT PRIMARY KEY, name TEXT NOT NULL, avatar_url TEXT NOT NULL, access_token TEXT NOT NULL,
     secret_id TEXT NOT NULL, issued_at INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
  // Counted as they come and go: counting a million of them anew holds everything else in the process up.
  `CREATE INDEX tokens_by_secret ON tokens (secret_id, user_id);
   CREATE TABLE secrets (secret_id TEXT PRIMARY KEY, users INTEGER NOT NULL) WITHOUT ROWID;
   INSERT INTO secrets SELECT secret_id, count(*) FROM tokens GROUP BY secret_id;
   CREATE TRIGGER token_added AFTER INSERT ON tokens BEGIN
     INSERT INTO secrets VALUES (new.secret_id, 1) ON CONFLICT (secret_id) DO UPDATE SET users = users + 1;
   END;
   CREATE TRIGGER token_removed AFTER DELETE ON tokens BEGIN
     UPDATE secrets SET users = users - 1 WHERE secret_id = old.secret_id;
   END;
   CREATE TRIGGER token_replaced AFTER UPDATE OF secret_id ON tokens WHEN new.secret_id <> old.secret_id BEGIN
     UPDATE secrets SET users = users - 1 WHERE secret_id = old.secret_id;
     INSERT INTO secrets VALUES (new.secret_id, 1) ON CONFLICT (secret_id) DO UPDATE SET users = users + 1;
   END;`,
];

/**
 * Opens a store in a SQLite file, which is created and migrated as needed. One process has it open at a time.
 *
 * What was written survives the death of the process.
 *
 * @throws {TokenServiceError} STORE_FAILED
 * @example
 * const store = await createSqliteStore('tokens.db');
 */
export async function createSqliteStore(path: string): Promise<TokenStore> {
  const database = await openDatabase(path);
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  for (const [index, migration] of migrations.entries()) {
    if (index >= version) database.exec(`BEGIN; ${migration} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
  // As one text, since each column of a row is several calls into the SQLite in WebAssembly.
  const readToken = database.prepare(
    'SELECT json_array(name, avatar_url, access_token, secret_id, issued_at) AS token FROM tokens WHERE user_id = ?',
  );
  // REPLACE would take the row before away without its trigger.
  const writeToken = database.prepare(
    `INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET name = excluded.name,
       avatar_url = excluded.avatar_url, access_token = excluded.access_token, secret_id = excluded.secret_id,
       issued_at = excluded.issued_at`,
  );
  const removeToken = database.prepare('DELETE FROM tokens WHERE user_id = ?');
  const readFact = database.prepare("SELECT value FROM facts WHERE name = 'switched_to'");
  const writeFact = database.prepare("INSERT OR REPLACE INTO facts VALUES ('switched_to', ?)");
  // A part for each secret, by its index: in the order of the IDs alone, it would go by all that are up to date.
  const list = database.prepare(
    `SELECT t.user_id, t.name, t.avatar_url FROM secrets AS s CROSS JOIN tokens AS t
     WHERE s.secret_id <> ?2 AND t.user_id IN (
       SELECT user_id FROM tokens WHERE secret_id = s.secret_id AND user_id > ?1 ORDER BY user_id LIMIT ?3
     ) ORDER BY t.user_id LIMIT ?3`,
  );
  const count = database.prepare(
    'SELECT total(users) AS users, total(users) FILTER (WHERE secret_id <> ?) AS outdated FROM secrets',
  );
  // Nobody else has the file, so that leases need not outlive this process.
  const leases = createLeases({ monotonicNow: performanceNow, createLeaseId: randomUUID });
  // Read once, since nobody else can change it.
  let currentSecret = readFact.get()?.value as string | undefined;
  let isClosed = false;

  return {
    async read(userId) {
      const row = readToken.get(userId);
      return { token: row && parseToken(userId, String(row.token)), currentSecret };
    },
    acquireLease: async (userId, leaseMs) => leases.acquire(userId, leaseMs),
    extendLease: async (userId, leaseId, leaseMs) => leases.extend(userId, leaseId, leaseMs),
    releaseLease: async (userId, leaseId) => leases.release(userId, leaseId),
    async write({ userId, name, avatarUrl, accessToken, secretId, issuedAt }, leaseId) {
      writeToken.run(userId, name, avatarUrl, accessToken, secretId, issuedAt);
      leases.release(userId, leaseId);
    },
    remove: async (userId) => removeToken.run(userId),
    async setCurrentSecret(secretId, { expected }) {
      if (currentSecret !== expected) return;
      writeFact.run(secretId);
      currentSecret = secretId;
    },
    currentSecret: async () => currentSecret,
    listOutdated: async (secretId, after, limit) => list.all(after ?? '', secretId, limit).map(toUser),
    async count(secretId) {
      const row = count.get(secretId);
      return { users: Number(row?.users), outdated: Number(row?.outdated) };
    },
    async close() {
      if (!isClosed) database.close();
      isClosed = true;
    },
  };
}

function toUser({ user_id: userId, name, avatar_url: avatarUrl }: SqlRow): StoredUser {
  return { userId: String(userId), name: String(name), avatarUrl: String(avatarUrl) };
}

function parseToken(userId: string, columns: string): StoredToken {
  const [name, avatarUrl, accessToken, secretId, issuedAt] = JSON.parse(columns);
  return { userId, name, avatarUrl, accessToken, secretId, issuedAt };
}
