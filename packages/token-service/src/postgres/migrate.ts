import type { PostgresLike } from '@nexconn-kit/client/postgres';
import { TokenServiceError } from '../errors.js';
import { checkSchemaVersion, formatSchemaVersion } from '../stores/schema-version.js';

/** The version that this one writes. Version 0.1 recorded none: its tables are those of the first one. */
const current = { version: 1, oldest: 1 };
const unwritten = 1;

/** The code of PostgreSQL for a table that is not there. */
const undefinedTable = '42P01';
/** serialization_failure, deadlock_detected: two write at once under an isolation level above the default. */
const conflicts: readonly unknown[] = ['40001', '40P01'];
const maxTries = 5;

/**
 * How long whatever is locked is waited for, and a statement takes at most. The database ends it, sooner than a caller would
 * stop listening: what nobody waits for any more would go on waiting there, and all who come would wait behind it.
 */
const patience = "SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '3s';\n";
/** Whoever holds the table is not waited for: all who write would wait behind. A large table takes its time. */
const indexPatience = "SET LOCAL lock_timeout = '500ms'; SET LOCAL statement_timeout = '10s';\n";

type Row = Readonly<Record<string, unknown>>;

/** Whether a statement failed since a table is not there, as after it was dropped. */
export function isTableMissing(error: unknown): boolean {
  return codeOf(error) === undefinedTable;
}

/** Resolves to what the work resolves to; tries again where others were in its way, and nothing came of it. */
export async function withoutConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === maxTries || !conflicts.includes(codeOf(error))) throw error;
    }
  }
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | null | undefined)?.code;
}

/**
 * Creates the tables of a prefix where they are missing. Looks first: on tables that are ready nothing is locked, and a role
 * needs no right to create any. Resolves to whether row-level security is on for the table of tokens.
 *
 * @throws {TokenServiceError} STORE_FAILED where the data is of a newer version
 */
export async function migrate(client: PostgresLike, prefix: string): Promise<boolean> {
  const [found = {}] = (await client.query(lookSql(prefix), [])).rows as readonly Row[];
  const version = found.facts === null ? undefined : await readVersion(client, prefix);
  refuseNewer(version);
  const { index, encoding, secured, ...tables } = found;
  const areMissing = Object.values(tables).includes(null);
  if (areMissing) {
    checkEncoding(encoding);
    await client.query(patience + createSql(prefix), []);
  }
  // Without it a list of users is slow, and nothing fails: not worth a moment in which nobody can write.
  if (index === null) await client.query(indexPatience + createIndexSql(prefix), []).catch(() => {});
  if (version === undefined) {
    const row = `('schema', '${formatSchemaVersion(current)}')`;
    const record = `INSERT INTO ${prefix}_facts (name, value) VALUES ${row} ON CONFLICT (name) DO NOTHING`;
    await client.query(patience + record, []);
  }
  return secured === true;
}

/** The code of PostgreSQL for what a role may not do, by a policy too. */
const insufficientPrivilege = '42501';

/**
 * Looks whether tokens can be written, changed and removed where row-level security is on. One that a policy refuses would be
 * issued anew at each log-in; what it keeps from being removed, it keeps without a word, and nobody could be forgotten.
 *
 * @throws {TokenServiceError} STORE_FAILED
 */
export async function checkPolicies(client: PostgresLike, prefix: string): Promise<void> {
  try {
    if (Number((await lastRow(client, tryRowSql(prefix)))?.remaining) === 0) return;
  } catch (error) {
    // Whatever else keeps it from being written now, may pass.
    if (codeOf(error) !== insufficientPrivilege) return;
  }
  const message =
    `Row-level security keeps this role from rows of ${prefix}_tokens: each log-in would be a call to the API. ` +
    `Give the role the right to write and a policy for all rows, or ALTER TABLE ${prefix}_tokens DISABLE ROW LEVEL SECURITY.`;
  throw new TokenServiceError(message, { code: 'STORE_FAILED' });
}

/** SQL_ASCII keeps whatever bytes it is sent. An unknown one is that of a client which answers on its own. */
const encodings: readonly unknown[] = ['UTF8', 'SQL_ASCII', undefined];

/** @throws {TokenServiceError} STORE_FAILED where a name may be refused: each log-in of its user would be a call */
function checkEncoding(encoding: unknown): void {
  if (encodings.includes(encoding)) return;
  const message =
    `The database is in ${encoding}, which cannot keep every name. Use one in UTF8: ` +
    "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.";
  throw new TokenServiceError(message, { code: 'STORE_FAILED' });
}

/** @throws {TokenServiceError} STORE_FAILED where the data is of a newer version */
export function refuseNewer(version: string | undefined): void {
  checkSchemaVersion(version, current.version, unwritten);
}

async function readVersion(client: PostgresLike, prefix: string): Promise<string | undefined> {
  const row = await lastRow(client, `${patience}SELECT value FROM ${prefix}_facts WHERE name = 'schema'`);
  return row && String(row.value);
}

/** Returns the first row of the last of several statements, which are one transaction. */
async function lastRow(client: PostgresLike, statements: string): Promise<Row | undefined> {
  // One answer for each.
  return ([await client.query(statements, [])].flat().at(-1)?.rows as readonly Row[] | undefined)?.[0];
}

/** The row by which a store shows that it can be written: inserted, changed and removed before anybody else sees it. */
function tryRowSql(prefix: string): string {
  const write = `INSERT INTO ${prefix}_tokens (user_id, name, avatar_url, access_token, secret_id, issued_at)
VALUES (chr(31), '', '', '', chr(31), 0) ON CONFLICT (user_id) DO UPDATE SET name = excluded.name;\n`;
  const isNobody = `FROM ${prefix}_tokens WHERE user_id = chr(31)`;
  return `${patience}${write}${write}DELETE ${isNobody};\nSELECT count(*) AS remaining ${isNobody}`;
}

/** The index is in the schema of its table. */
function indexOf(prefix: string): string {
  return `${prefix.split('.').at(-1)}_tokens_by_secret`;
}

function lookSql(prefix: string): string {
  const schema = prefix.includes('.') ? `${prefix.split('.')[0]}.` : '';
  const names = { tokens: `${prefix}_tokens`, facts: `${prefix}_facts`, claims: `${prefix}_claims` };
  const columns = Object.entries({ ...names, index: `${schema}${indexOf(prefix)}` });
  const found = columns.map(([column, name]) => `to_regclass('${name}') AS ${column}`);
  const secured = `(SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass('${names.tokens}')) AS secured`;
  return `SELECT ${found.join(', ')}, ${secured}, current_setting('server_encoding') AS encoding`;
}

/**
 * A lock keeps two instances from doing so at the same time. Existing databases depend on the names of tables and columns,
 * and instances of other versions share them.
 */
function createSql(prefix: string): string {
  return `SELECT pg_advisory_xact_lock(hashtext('${prefix}'));
CREATE TABLE IF NOT EXISTS ${prefix}_tokens (
  user_id text COLLATE "C" PRIMARY KEY, name text NOT NULL, avatar_url text NOT NULL, access_token text NOT NULL,
  secret_id text NOT NULL, issued_at bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS ${prefix}_facts (name text PRIMARY KEY, value text NOT NULL);
CREATE UNLOGGED TABLE IF NOT EXISTS ${prefix}_claims (
  user_id text COLLATE "C" PRIMARY KEY, proof text NOT NULL, ends_at timestamptz NOT NULL
);`;
}

function createIndexSql(prefix: string): string {
  return `CREATE INDEX IF NOT EXISTS ${indexOf(prefix)} ON ${prefix}_tokens (secret_id, user_id);`;
}
