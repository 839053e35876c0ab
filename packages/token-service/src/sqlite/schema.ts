import { checkSchemaVersion, formatSchemaVersion } from '../stores/schema-version.js';
import { sqliteTables } from '../stores/sqlite-tables.js';
import type { SqlDriver } from './drivers.js';

const migrations = sqliteTables('');

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
  const steps = migrations
    .slice(isWhole ? version : 0)
    .flat()
    .join(';\n');
  const record = `INSERT OR REPLACE INTO facts VALUES ('schema', '${formatSchemaVersion(current)}')`;
  database.exec(`BEGIN; ${steps}; ${record}; PRAGMA user_version = ${current.version}; COMMIT`);
}

/** A version of later on that says nothing of the oldest one is taken for one that asks for itself. */
function readVersion(database: Pick<SqlDriver, 'prepare'>): string {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  const hasFacts = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'facts'").get();
  const recorded = hasFacts && database.prepare("SELECT value FROM facts WHERE name = 'schema'").get()?.value;
  return typeof recorded === 'string' && recorded.startsWith(`${version} `) ? recorded : `${version}`;
}
