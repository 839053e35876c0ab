import { leastPerSecond, memberForMs, mostAheadMs, silentForMs } from '../rate-limit/rate-store.js';

/** Unix milliseconds by the clock of the database, the same throughout a statement. */
const now = "round((julianday('now') - 2440587.5) * 86400000.0)";

export function createTableSql(table: string): string {
  return `CREATE TABLE IF NOT EXISTS ${table} (
  key TEXT PRIMARY KEY, now_ms REAL NOT NULL, reserved_until_ms REAL NOT NULL, penalty_until_ms REAL NOT NULL
) WITHOUT ROWID`;
}

/**
 * Adds to both stretches of time of a key, neither below 0, and returns what they are then.
 *
 * What is kept is when they end by the clock of the database; it is forgotten where that was set back by more than a second
 * since, and where it is far ahead, which no fleet has written.
 */
export function reserveSlotSql(table: string): string {
  const left = (column: string, added: string): string =>
    `excluded.now_ms + max(0, CASE WHEN excluded.now_ms >= kept.now_ms - 1000
      AND kept.${column} - excluded.now_ms BETWEEN 0 AND ${mostAheadMs}
    THEN kept.${column} - excluded.now_ms ELSE 0 END + ${added})`;
  return `INSERT INTO ${table} AS kept (key, now_ms, reserved_until_ms, penalty_until_ms)
VALUES (?1, ${now}, ${now} + max(0, ?2), ${now} + max(0, ?3))
ON CONFLICT (key) DO UPDATE SET now_ms = excluded.now_ms,
  reserved_until_ms = ${left('reserved_until_ms', '?2')}, penalty_until_ms = ${left('penalty_until_ms', '?3')}
RETURNING reserved_until_ms - now_ms AS reserved_ms, penalty_until_ms - now_ms AS penalty_ms`;
}

/**
 * Keeps a member of a key. A member has a row of its own in the same table, whose key has a space and its name behind that of
 * the limit: `now_ms` is when it asked last, `reserved_until_ms` is its limit, and `penalty_until_ms` is 1 where it is busy.
 */
export function noteMemberSql(table: string): string {
  return `INSERT INTO ${table} (key, now_ms, reserved_until_ms, penalty_until_ms) VALUES (?1 || ' ' || ?2, ${now}, ?3, ?4)
ON CONFLICT (key) DO UPDATE SET now_ms = excluded.now_ms, reserved_until_ms = excluded.reserved_until_ms,
  penalty_until_ms = excluded.penalty_until_ms`;
}

/** For how long a member counts. */
const forMs = `CASE WHEN penalty_until_ms = 1 THEN ${silentForMs} ELSE ${memberForMs} END`;
/** What comes after the space in the order of characters ends the keys that begin with one of a limit and a space. */
const isMember = "key > ?1 || ' ' AND key < ?1 || '!'";

/** Removes the members of a key that have gone. */
export function removeGoneSql(table: string): string {
  return `DELETE FROM ${table} WHERE ${isMember} AND ${now} - now_ms NOT BETWEEN -1000 AND ${forMs}`;
}

/** Returns who shares the limit, once those who have gone are removed. */
export function readFleetSql(table: string): string {
  const weight = `min(1, (${silentForMs} - age_ms) / ${silentForMs - memberForMs}.0)`;
  return `SELECT 1 + count(*) AS members,
  coalesce(sum(${weight}) FILTER (WHERE is_busy AND age_ms > ?4), 0) AS silent,
  min(?3, coalesce(min(per_second) FILTER (WHERE age_ms <= ${memberForMs} AND per_second >= ${leastPerSecond}), ?3)) AS per_second
FROM (
  SELECT ${now} - now_ms AS age_ms, reserved_until_ms AS per_second, penalty_until_ms = 1 AS is_busy
  FROM ${table} WHERE ${isMember} AND key <> ?1 || ' ' || ?2
)`;
}
