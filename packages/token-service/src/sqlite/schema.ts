import { checkSchemaVersion, formatSchemaVersion } from '../stores/schema-version.js';
import type { SqlDriver } from './drivers.js';

/**
 * Steps from one version of the schema to the next; each runs once, in this order, and again where tables were dropped.
 * Existing files depend on their names.
 */
const migrations = [
  `CREATE TABLE IF NOT EXISTS tokens (
     user_id TEXT PRIMARY KEY, name TEXT NOT NULL, avatar_url TEXT NOT NULL, access_token TEXT NOT NULL,
     secret_id TEXT NOT NULL, issued_at INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
  // Counted as they come and go: counting a million of them anew holds everything else in the process up.
  `CREATE INDEX IF NOT EXISTS tokens_by_secret ON tokens (secret_id, user_id);
   CREATE TABLE IF NOT EXISTS secrets (secret_id TEXT PRIMARY KEY, users INTEGER NOT NULL) WITHOUT ROWID;
   DELETE FROM secrets;
   INSERT INTO secrets SELECT secret_id, count(*) FROM tokens GROUP BY secret_id;
   CREATE TRIGGER IF NOT EXISTS token_added AFTER INSERT ON tokens BEGIN
     INSERT INTO secrets VALUES (new.secret_id, 1) ON CONFLICT (secret_id) DO UPDATE SET users = users + 1;
   END;
   CREATE TRIGGER IF NOT EXISTS token_removed AFTER DELETE ON tokens BEGIN
     UPDATE secrets SET users = users - 1 WHERE secret_id = old.secret_id;
   END;
   CREATE TRIGGER IF NOT EXISTS token_replaced AFTER UPDATE OF secret_id ON tokens WHEN new.secret_id <> old.secret_id BEGIN
     UPDATE secrets SET users = users - 1 WHERE secret_id = old.secret_id;
     INSERT INTO secrets VALUES (new.secret_id, 1) ON CONFLICT (secret_id) DO UPDATE SET users = users + 1;
   END;`,
];

/** The first version can use what the second one writes: its statements are the same, and the triggers count for it. */
const current = { version: migrations.length, oldest: 1 };

const tables = ['tokens', 'facts', 'secrets'];

/**
 * Creates the tables where they are missing, and migrates those of an older version.
 *
 * @throws {TokenServiceError} STORE_FAILED where the file is of a newer version
 */
export function migrate(database: Pick<SqlDriver, 'exec' | 'prepare'>): void {
  const found = database.prepare(
    "SELECT count(*) AS found FROM sqlite_schema WHERE type = 'table' AND name IN (?, ?, ?)",
  );
  const isWhole = found.get(...tables)?.found === tables.length;
  const version = checkSchemaVersion(readVersion(database), current.version, 0);
  if (isWhole && version >= current.version) return;
  const steps = migrations.slice(isWhole ? version : 0).join('\n');
  const record = `INSERT OR REPLACE INTO facts VALUES ('schema', '${formatSchemaVersion(current)}')`;
  database.exec(`BEGIN; ${steps} ${record}; PRAGMA user_version = ${current.version}; COMMIT`);
}

/** A version of later on that says nothing of the oldest one is taken for one that asks for itself. */
function readVersion(database: Pick<SqlDriver, 'prepare'>): string {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  const hasFacts = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'facts'").get();
  const recorded = hasFacts && database.prepare("SELECT value FROM facts WHERE name = 'schema'").get()?.value;
  return typeof recorded === 'string' && recorded.startsWith(`${version} `) ? recorded : `${version}`;
}
