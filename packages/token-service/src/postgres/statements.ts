/** Returns the statements on these tables. Leases expire by the time of the database, so that no instance's clock matters. */
export function statementsOn(name: string) {
  const fact = (parameter: string) => `(SELECT value FROM ${name}_facts WHERE name = ${parameter})`;
  const scopeIs = (column: string, parameter: string) =>
    `left(${column}, position(chr(31) IN ${column})) = ${parameter}::text`;
  const endsAt = (parameter: string) => `clock_timestamp() + ${parameter}::float8 * interval '1 millisecond'`;
  return {
    // The App Key whose rows have no scope.
    own: `INSERT INTO ${name}_facts (name, value) VALUES ('app_key', $1::text) ON CONFLICT (name) DO NOTHING`,
    owner: `SELECT value FROM ${name}_facts WHERE name = 'app_key'`,
    // With the version, which a newer instance may have raised meanwhile. The rows are a list in JSON, which needs no driver that
    // knows lists of PostgreSQL.
    read: `SELECT asked.name AS asked, t.*, ${fact('$2')} AS current_secret, ${fact("'schema'")} AS schema_version
FROM json_array_elements_text($1::json) AS asked (name) LEFT JOIN ${name}_tokens AS t ON t.user_id = asked.name`,
    acquireLease: `INSERT INTO ${name}_claims AS c (user_id, proof, ends_at) VALUES ($1, $2, ${endsAt('$3')})
ON CONFLICT (user_id) DO UPDATE SET proof = excluded.proof, ends_at = excluded.ends_at
WHERE c.ends_at <= clock_timestamp() RETURNING 1`,
    extendLease: `UPDATE ${name}_claims SET ends_at = ${endsAt('$3')}
WHERE user_id = $1 AND proof = $2 AND ends_at > clock_timestamp()`,
    releaseLease: `DELETE FROM ${name}_claims WHERE user_id = $1 AND proof = $2`,
    write: `WITH released AS (DELETE FROM ${name}_claims WHERE user_id = $1 AND proof = $7)
INSERT INTO ${name}_tokens (user_id, name, avatar_url, access_token, secret_id, issued_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, avatar_url = excluded.avatar_url,
  access_token = excluded.access_token, secret_id = excluded.secret_id, issued_at = excluded.issued_at`,
    remove: `DELETE FROM ${name}_tokens WHERE user_id = $1`,
    setCurrentSecret: `INSERT INTO ${name}_facts AS f (name, value) SELECT $3::text, $1::text
WHERE $2::text IS NOT NULL OR NOT EXISTS (SELECT 1 FROM ${name}_facts WHERE name = $3::text)
ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE f.value = $2::text`,
    currentSecret: `SELECT ${fact('$1')} AS current_secret`,
    // A part for each secret, by its index: in the order of the IDs alone, it would go by all that are up to date.
    list: `WITH RECURSIVE secrets AS (
  SELECT min(secret_id) AS id FROM ${name}_tokens
  UNION ALL SELECT (SELECT min(secret_id) FROM ${name}_tokens WHERE secret_id > id) FROM secrets WHERE id IS NOT NULL
)
SELECT part.* FROM secrets CROSS JOIN LATERAL (
  SELECT user_id, name, avatar_url FROM ${name}_tokens
  WHERE secret_id = secrets.id AND user_id > $2 ORDER BY user_id LIMIT $3
) AS part WHERE secrets.id <> $1 AND ${scopeIs('secrets.id', '$4')} ORDER BY user_id LIMIT $3`,
    count: `SELECT count(*) AS users, count(*) FILTER (WHERE secret_id <> $1) AS outdated FROM ${name}_tokens
WHERE ${scopeIs('secret_id', '$2')}`,
  };
}
