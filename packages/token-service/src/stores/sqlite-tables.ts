/**
 * Returns the steps from one version of the tables to the next, as statements; each step runs once, in this order, and again
 * where tables were dropped. Existing databases depend on their names.
 *
 * @param prefix What stands before the names, for a database that others have tables in as well.
 */
export function sqliteTables(prefix: string): readonly (readonly string[])[] {
  const [tokens, facts, secrets] = ['tokens', 'facts', 'secrets'].map((name) => prefix + name);
  const add = `INSERT INTO ${secrets} VALUES (new.secret_id, 1) ON CONFLICT (secret_id) DO UPDATE SET users = users + 1;`;
  const takeAway = `UPDATE ${secrets} SET users = users - 1 WHERE secret_id = old.secret_id;`;
  return [
    [
      `CREATE TABLE IF NOT EXISTS ${tokens} (
     user_id TEXT PRIMARY KEY, name TEXT NOT NULL, avatar_url TEXT NOT NULL, access_token TEXT NOT NULL,
     secret_id TEXT NOT NULL, issued_at INTEGER NOT NULL
   ) WITHOUT ROWID`,
      `CREATE TABLE IF NOT EXISTS ${facts} (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`,
    ],
    // Counted as they come and go: counting a million of them anew holds everything else up.
    [
      `CREATE INDEX IF NOT EXISTS ${tokens}_by_secret ON ${tokens} (secret_id, user_id)`,
      `CREATE TABLE IF NOT EXISTS ${secrets} (secret_id TEXT PRIMARY KEY, users INTEGER NOT NULL) WITHOUT ROWID`,
      `DELETE FROM ${secrets}`,
      `INSERT INTO ${secrets} SELECT secret_id, count(*) FROM ${tokens} GROUP BY secret_id`,
      `CREATE TRIGGER IF NOT EXISTS ${prefix}token_added AFTER INSERT ON ${tokens} BEGIN ${add} END`,
      `CREATE TRIGGER IF NOT EXISTS ${prefix}token_removed AFTER DELETE ON ${tokens} BEGIN ${takeAway} END`,
      `CREATE TRIGGER IF NOT EXISTS ${prefix}token_replaced AFTER UPDATE OF secret_id ON ${tokens}
     WHEN new.secret_id <> old.secret_id BEGIN ${takeAway} ${add} END`,
    ],
  ];
}

/** What the statements on these tables do. */
export type SqliteStatement = 'write' | 'remove' | 'readFact' | 'list' | 'count';

/** Returns the statements on these tables that do not depend on what runs them. */
export function sqliteStatements(prefix: string): Readonly<Record<SqliteStatement, string>> {
  return {
    // REPLACE would take the row before away without its trigger.
    write: `INSERT INTO ${prefix}tokens (user_id, name, avatar_url, access_token, secret_id, issued_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, avatar_url = excluded.avatar_url,
       access_token = excluded.access_token, secret_id = excluded.secret_id, issued_at = excluded.issued_at`,
    remove: `DELETE FROM ${prefix}tokens WHERE user_id = ?`,
    readFact: `SELECT value FROM ${prefix}facts WHERE name = ?`,
    // A part for each secret, by its index: in the order of the IDs alone, it would go by all that are up to date.
    list: `SELECT t.user_id, t.name, t.avatar_url FROM ${prefix}secrets AS s CROSS JOIN ${prefix}tokens AS t
     WHERE ${scopeIs('s.secret_id', '?4')} AND s.secret_id <> ?2 AND t.user_id IN (
       SELECT user_id FROM ${prefix}tokens WHERE secret_id = s.secret_id AND user_id > ?1 ORDER BY user_id LIMIT ?3
     ) ORDER BY t.user_id LIMIT ?3`,
    count: `SELECT total(users) AS users, total(users) FILTER (WHERE secret_id <> ?1) AS outdated FROM ${prefix}secrets
     WHERE ${scopeIs('secret_id', '?2')}`,
  };
}

/** Returns the condition that a column's text begins with this scope, or has none. */
function scopeIs(column: string, scope: string): string {
  return `substr(${column}, 1, instr(${column}, char(31))) = ${scope}`;
}
