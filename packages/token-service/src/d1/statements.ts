import { type SqliteStatement, sqliteStatements } from '../stores/sqlite-tables.js';

/** Unix milliseconds by the clock of the database, so that no instance's matters. */
const now = "((julianday('now') - 2440587.5) * 86400000.0)";

/** What the statements do. */
export type D1Statement =
  | SqliteStatement
  | 'own'
  | 'read'
  | 'acquireLease'
  | 'extendLease'
  | 'releaseLease'
  | 'setCurrentSecret';

/** Returns the statements on the tables of a prefix. Each that decides something does so by itself: D1 has no transactions around them. */
export function statementsOn(prefix: string): Readonly<Record<D1Statement, string>> {
  const fact = (parameter: string): string => `(SELECT value FROM ${prefix}facts WHERE name = ${parameter})`;
  return {
    ...sqliteStatements(prefix),
    own: `INSERT INTO ${prefix}facts (name, value) VALUES ('app_key', ?1) ON CONFLICT (name) DO NOTHING`,
    // With the version, which a newer instance may have raised meanwhile.
    read: `SELECT t.*, ${fact('?2')} AS current_secret, ${fact("'schema'")} AS schema_version
FROM (SELECT 1) LEFT JOIN ${prefix}tokens AS t ON t.user_id = ?1`,
    acquireLease: `INSERT INTO ${prefix}claims AS c (user_id, proof, ends_at) VALUES (?1, ?2, ${now} + ?3)
ON CONFLICT (user_id) DO UPDATE SET proof = excluded.proof, ends_at = excluded.ends_at WHERE c.ends_at <= ${now}
RETURNING 1`,
    extendLease: `UPDATE ${prefix}claims SET ends_at = ${now} + ?3 WHERE user_id = ?1 AND proof = ?2 AND ends_at > ${now}`,
    releaseLease: `DELETE FROM ${prefix}claims WHERE user_id = ?1 AND proof = ?2`,
    setCurrentSecret: `INSERT INTO ${prefix}facts (name, value) SELECT ?3, ?1 WHERE ${fact('?3')} IS ?2
ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  };
}
