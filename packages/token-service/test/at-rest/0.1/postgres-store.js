// The postgres store of version 0.1, as esbuild bundles it: an instance of it beside one of today.
import { randomUUID } from 'node:crypto';

function migrateSql(name) {
  return `
SELECT pg_advisory_xact_lock(hashtext('${name}'));
CREATE TABLE IF NOT EXISTS ${name}_tokens (
  user_id text COLLATE "C" PRIMARY KEY, name text NOT NULL, avatar_url text NOT NULL, access_token text NOT NULL,
  secret_id text NOT NULL, issued_at bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS ${name.split('.').at(-1)}_tokens_by_secret ON ${name}_tokens (secret_id, user_id);
CREATE TABLE IF NOT EXISTS ${name}_facts (name text PRIMARY KEY, value text NOT NULL);
CREATE UNLOGGED TABLE IF NOT EXISTS ${name}_claims (
  user_id text COLLATE "C" PRIMARY KEY, proof text NOT NULL, ends_at timestamptz NOT NULL
);`;
}
function statementsOn(name) {
  const currentSecret = `(SELECT value FROM ${name}_facts WHERE name = 'switched_to')`;
  const endsAt = (parameter) => `clock_timestamp() + ${parameter}::float8 * interval '1 millisecond'`;
  return {
    read: `SELECT t.*, ${currentSecret} AS current_secret FROM (SELECT 1) AS one LEFT JOIN ${name}_tokens AS t ON t.user_id = $1`,
    acquireLease: `INSERT INTO ${name}_claims AS c VALUES ($1, $2, ${endsAt('$3')})
ON CONFLICT (user_id) DO UPDATE SET proof = excluded.proof, ends_at = excluded.ends_at
WHERE c.ends_at <= clock_timestamp() RETURNING 1`,
    extendLease: `UPDATE ${name}_claims SET ends_at = ${endsAt('$3')}
WHERE user_id = $1 AND proof = $2 AND ends_at > clock_timestamp()`,
    releaseLease: `DELETE FROM ${name}_claims WHERE user_id = $1 AND proof = $2`,
    write: `WITH released AS (DELETE FROM ${name}_claims WHERE user_id = $1 AND proof = $7)
INSERT INTO ${name}_tokens VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, avatar_url = excluded.avatar_url,
  access_token = excluded.access_token, secret_id = excluded.secret_id, issued_at = excluded.issued_at`,
    remove: `DELETE FROM ${name}_tokens WHERE user_id = $1`,
    setCurrentSecret: `INSERT INTO ${name}_facts AS f SELECT 'switched_to', $1::text
WHERE $2::text IS NOT NULL OR NOT EXISTS (SELECT 1 FROM ${name}_facts WHERE name = 'switched_to')
ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE f.value = $2::text`,
    currentSecret: `SELECT ${currentSecret} AS current_secret`,
    // A part for each secret, by its index: in the order of the IDs alone, it would go by all that are up to date.
    list: `WITH RECURSIVE secrets AS (
  SELECT min(secret_id) AS id FROM ${name}_tokens
  UNION ALL SELECT (SELECT min(secret_id) FROM ${name}_tokens WHERE secret_id > id) FROM secrets WHERE id IS NOT NULL
)
SELECT part.* FROM secrets CROSS JOIN LATERAL (
  SELECT user_id, name, avatar_url FROM ${name}_tokens
  WHERE secret_id = secrets.id AND user_id > $2 ORDER BY user_id LIMIT $3
) AS part WHERE secrets.id <> $1 ORDER BY user_id LIMIT $3`,
    count: `SELECT count(*) AS users, count(*) FILTER (WHERE secret_id <> $1) AS outdated FROM ${name}_tokens`,
  };
}

function createPostgresStore(client, { tablePrefix = 'nexconn' } = {}) {
  if (typeof client?.query !== 'function') throw new TypeError('client has no query function. Pass a pool of pg.');
  if (!/^[a-z_]\w{0,40}(\.[a-z_]\w{0,40})?$/.test(tablePrefix)) {
    throw new TypeError('tablePrefix is no name such as nexconn or app.nexconn, in lower case.');
  }
  const sql = statementsOn(tablePrefix);
  let migrating;
  function migrate() {
    migrating ??= client.query(migrateSql(tablePrefix), []).catch((error) => {
      migrating = void 0;
      throw error;
    });
    return migrating;
  }
  async function run(name, ...values) {
    await migrate();
    return (await client.query(sql[name], values)).rows;
  }
  return {
    async read(userId) {
      const [row = {}] = await run('read', userId);
      const currentSecret = row.current_secret ?? void 0;
      if (row.user_id === null) return { token: void 0, currentSecret };
      const { access_token: accessToken, secret_id: secretId, issued_at: issuedAt } = row;
      const token = {
        ...toUser(row),
        accessToken: String(accessToken),
        secretId: String(secretId),
        issuedAt: Number(issuedAt),
      };
      return { token, currentSecret };
    },
    async acquireLease(userId, leaseMs) {
      const leaseId = randomUUID();
      return (await run('acquireLease', userId, leaseId, leaseMs)).length === 0 ? void 0 : leaseId;
    },
    extendLease: async (userId, leaseId, leaseMs) => void (await run('extendLease', userId, leaseId, leaseMs)),
    releaseLease: async (userId, leaseId) => void (await run('releaseLease', userId, leaseId)),
    write: async ({ userId, name, avatarUrl, accessToken, secretId, issuedAt }, leaseId) =>
      void (await run('write', userId, name, avatarUrl, accessToken, secretId, issuedAt, leaseId)),
    remove: async (userId) => void (await run('remove', userId)),
    currentSecret: async () => (await run('currentSecret'))[0]?.current_secret ?? void 0,
    setCurrentSecret: async (secretId, { expected }) =>
      void (await run('setCurrentSecret', secretId, expected ?? null)),
    listOutdated: async (secretId, after, limit) => (await run('list', secretId, after ?? '', limit)).map(toUser),
    async count(secretId) {
      const [row] = await run('count', secretId);
      return { users: Number(row?.users), outdated: Number(row?.outdated) };
    },
    // The pool is its caller's to close.
    close: async () => {},
  };
}
function toUser({ user_id: userId, name, avatar_url: avatarUrl }) {
  return { userId: String(userId), name: String(name), avatarUrl: String(avatarUrl) };
}

export { createPostgresStore };
