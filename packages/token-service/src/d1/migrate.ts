import type { D1Like } from '@nexconn-kit/client/d1';
import { checkSchemaVersion, formatSchemaVersion } from '../stores/schema-version.js';
import { sqliteTables } from '../stores/sqlite-tables.js';

/** The version that this one writes. */
const current = { version: 1, oldest: 1 };
/** That of a database that has no tables of this prefix. */
const unwritten = 0;

/** Whether a statement failed since a table is not there, as after it was dropped. */
export function isTableMissing(error: unknown): boolean {
  return error instanceof Error && /no such table/.test(error.message);
}

/**
 * Creates the tables of a prefix where they are missing. Two that do so at the same time do the same: all of it is one batch.
 *
 * @throws {TokenServiceError} STORE_FAILED where the data is of a newer version
 */
export async function migrate(database: D1Like, prefix: string): Promise<void> {
  const names = ['tokens', 'facts', 'secrets', 'claims'].map((name) => prefix + name);
  const lookFor = `SELECT name FROM sqlite_master WHERE type = 'table' AND name IN (?, ?, ?, ?)`;
  const found = await database
    .prepare(lookFor)
    .bind(...names)
    .all();
  const isWhole = found.results.length === names.length;
  const hasFacts = found.results.some((row) => (row as { readonly name: string }).name === `${prefix}facts`);
  const version = refuseNewer(hasFacts ? await readVersion(database, prefix) : undefined);
  if (isWhole && version >= current.version) return;
  const record = `INSERT OR REPLACE INTO ${prefix}facts VALUES ('schema', '${formatSchemaVersion(current)}')`;
  const statements = [...sqliteTables(prefix).flat(), claimsTable(prefix), record];
  await database.batch(statements.map((statement) => database.prepare(statement)));
}

/** @throws {TokenServiceError} STORE_FAILED where the data is of a newer version */
export function refuseNewer(version: string | undefined): number {
  return checkSchemaVersion(version, current.version, unwritten);
}

async function readVersion(database: D1Like, prefix: string): Promise<string | undefined> {
  const { results } = await database.prepare(`SELECT value FROM ${prefix}facts WHERE name = 'schema'`).bind().all();
  return (results[0] as { readonly value: string } | undefined)?.value;
}

/** Who may issue for a user, and until when by the clock of the database, in Unix milliseconds. */
function claimsTable(prefix: string): string {
  return `CREATE TABLE IF NOT EXISTS ${prefix}claims (
  user_id TEXT PRIMARY KEY, proof TEXT NOT NULL, ends_at REAL NOT NULL
) WITHOUT ROWID`;
}
