/** Each row is written two hundred times a second: room beside it keeps the table at a page or two. */
export function createTableSql(table: string): string {
  return `CREATE UNLOGGED TABLE IF NOT EXISTS ${table} (
  key text PRIMARY KEY,
  id bigint NOT NULL,
  even_ms double precision NOT NULL,
  due_ms double precision NOT NULL,
  now_ms double precision NOT NULL,
  delays jsonb NOT NULL,
  sharers jsonb NOT NULL
) WITH (fillfactor = 20)`;
}

/**
 * Reserves the next slot of a key; times are milliseconds of the clock of the database.
 *
 * Takes the key, the distance of two slots, an object with the time of each slot to come that is delayed, and the name of
 * who asks. Gives how many have asked within a second, too. What is set is worked out once the row is locked, so that its
 * time is that of the slot. What was reserved by a clock that has been set back since, by more than a second, is forgotten.
 */
export function reserveSlotSql(table: string): string {
  const now = 'extract(epoch FROM clock_timestamp())::float8 * 1000';
  return `INSERT INTO ${table} AS old (key, id, even_ms, due_ms, now_ms, delays, sharers)
SELECT $1::text, 1, now_ms, now_ms, now_ms, '{}', jsonb_build_object($4::text, now_ms) FROM (SELECT ${now} AS now_ms) AS clock
ON CONFLICT (key) DO UPDATE SET (id, even_ms, due_ms, now_ms, delays, sharers) = (
  SELECT old.id + 1, even_ms, greatest(even_ms, (delays ->> (old.id + 1)::text)::float8), now_ms,
    delays - (old.id + 1)::text, sharers
  FROM (SELECT ${now} AS now_ms) AS clock,
  LATERAL (SELECT CASE
    WHEN now_ms < old.now_ms - 1000 THEN now_ms
    ELSE greatest(now_ms, old.even_ms + $2::float8)
  END AS even_ms) AS even,
  LATERAL (
    SELECT old.delays || coalesce(jsonb_object_agg(key, value), '{}') AS delays
    FROM jsonb_each($3::jsonb) WHERE key::bigint > old.id
  ) AS delay,
  LATERAL (
    SELECT jsonb_object_agg(key, value) AS sharers
    FROM jsonb_each(old.sharers || jsonb_build_object($4::text, now_ms))
    WHERE abs(now_ms - value::float8) < 1000
  ) AS sharer
)
RETURNING id, even_ms, due_ms, now_ms, (SELECT count(*) FROM jsonb_object_keys(sharers)) AS sharers`;
}
