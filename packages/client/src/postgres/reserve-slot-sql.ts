import { leastPerSecond, memberForMs, mostAheadMs, silentForMs } from '../rate-limit/rate-store.js';

/**
 * Each row is written two hundred times a second: room beside it keeps the table at a page or two. Who creates it at the same
 * time is not waited for beyond what a caller waits.
 */
export function createTableSql(table: string): string {
  return `SET LOCAL lock_timeout = '1s';
SET LOCAL statement_timeout = '3s';
CREATE UNLOGGED TABLE IF NOT EXISTS ${table} (
  key text PRIMARY KEY,
  now_ms double precision NOT NULL,
  reserved_until_ms double precision NOT NULL,
  penalty_until_ms double precision NOT NULL
) WITH (fillfactor = 20)`;
}

/**
 * Adds to both stretches of time of a key, neither below 0, and returns what they are then.
 *
 * What is kept is when they end by the clock of the database; it is forgotten where that was set back by more than a second
 * since, and where it is no number or far ahead, which no fleet has written. The clock is read once the row is locked, so that statements that wait for each other see it go on.
 */
export function reserveSlotSql(table: string): string {
  const clock = '(SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms) AS clock';
  const left = (column: string, added: string): string =>
    `clock.now_ms + greatest(0, CASE WHEN clock.now_ms >= kept.now_ms - 1000
      AND kept.${column} - clock.now_ms BETWEEN 0 AND ${mostAheadMs}
    THEN kept.${column} - clock.now_ms ELSE 0 END + ${added}::float8)`;
  return `INSERT INTO ${table} AS kept (key, now_ms, reserved_until_ms, penalty_until_ms)
SELECT $1::text, now_ms, now_ms + greatest(0, $2::float8), now_ms + greatest(0, $3::float8) FROM ${clock}
ON CONFLICT (key) DO UPDATE SET (now_ms, reserved_until_ms, penalty_until_ms) = (
  SELECT clock.now_ms, ${left('reserved_until_ms', '$2')}, ${left('penalty_until_ms', '$3')} FROM ${clock}
)
RETURNING reserved_until_ms - now_ms AS reserved_ms, penalty_until_ms - now_ms AS penalty_ms`;
}

/** For how long a member counts. */
const forMs = `CASE WHEN penalty_until_ms = 1 THEN ${silentForMs} ELSE ${memberForMs} END`;

/**
 * Keeps a member of a key, and returns who shares its limit. A member has a row of its own in the same table, whose key has a
 * space and its name behind that of the limit: `now_ms` is when it asked last, `reserved_until_ms` is its limit, and
 * `penalty_until_ms` is 1 where it is busy.
 */
export function noteMemberSql(table: string): string {
  const weight = `least(1, (${silentForMs} - age_ms) / ${silentForMs - memberForMs})`;
  return `WITH clock AS MATERIALIZED (SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms),
own AS (
  INSERT INTO ${table} AS kept (key, now_ms, reserved_until_ms, penalty_until_ms)
  SELECT $1::text || ' ' || $2::text, now_ms, $3::float8, $4::float8 FROM clock
  ON CONFLICT (key) DO UPDATE SET (now_ms, reserved_until_ms, penalty_until_ms) =
    (excluded.now_ms, excluded.reserved_until_ms, excluded.penalty_until_ms)
),
others AS (
  SELECT clock.now_ms - kept.now_ms AS age_ms, reserved_until_ms AS per_second, penalty_until_ms = 1 AS is_busy,
    clock.now_ms - kept.now_ms NOT BETWEEN -1000 AND ${forMs} AS is_gone
  FROM ${table} AS kept, clock WHERE starts_with(key, $1 || ' ') AND key <> $1 || ' ' || $2
)
SELECT 1 + count(*) FILTER (WHERE NOT is_gone) AS members, count(*) FILTER (WHERE is_gone) AS gone,
  coalesce(sum(${weight}) FILTER (WHERE NOT is_gone AND is_busy AND age_ms > $5::float8), 0) AS silent,
  least($3, min(per_second) FILTER (
    WHERE NOT is_gone AND age_ms <= ${memberForMs} AND per_second >= ${leastPerSecond}
  )) AS per_second
FROM others`;
}

/** Removes the members of a key that have gone. */
export function removeGoneSql(table: string): string {
  return `DELETE FROM ${table} WHERE starts_with(key, $1 || ' ')
AND extract(epoch FROM clock_timestamp())::float8 * 1000 - now_ms NOT BETWEEN -1000 AND ${forMs}`;
}
