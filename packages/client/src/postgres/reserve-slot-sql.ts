/** Each row is written two hundred times a second: room beside it keeps the table at a page or two. */
export function createTableSql(table: string): string {
  return `CREATE UNLOGGED TABLE IF NOT EXISTS ${table} (
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
 * since. The clock is read once the row is locked, so that statements that wait for each other see it go on.
 */
export function reserveSlotSql(table: string): string {
  const clock = '(SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms) AS clock';
  const left = (column: string, added: string): string =>
    `clock.now_ms + greatest(0, CASE WHEN clock.now_ms < kept.now_ms - 1000 THEN 0
    ELSE greatest(0, kept.${column} - clock.now_ms) END + ${added}::float8)`;
  return `INSERT INTO ${table} AS kept (key, now_ms, reserved_until_ms, penalty_until_ms)
SELECT $1::text, now_ms, now_ms + greatest(0, $2::float8), now_ms + greatest(0, $3::float8) FROM ${clock}
ON CONFLICT (key) DO UPDATE SET (now_ms, reserved_until_ms, penalty_until_ms) = (
  SELECT clock.now_ms, ${left('reserved_until_ms', '$2')}, ${left('penalty_until_ms', '$3')} FROM ${clock}
)
RETURNING reserved_until_ms - now_ms AS reserved_ms, penalty_until_ms - now_ms AS penalty_ms`;
}
