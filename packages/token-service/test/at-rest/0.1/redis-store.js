// The redis store of version 0.1, as esbuild bundles it: an instance of it beside one of today.
import { createHash, randomUUID } from 'node:crypto';
import { createRedisScript } from '@nexconn-kit/client/redis';

var redisScripts = {
  read: `
return { redis.call('GET', KEYS[1] .. 'token:' .. ARGV[1]), redis.call('GET', KEYS[1] .. 'switched') }
`,
  acquireLease: `
return redis.call('SET', KEYS[1] .. 'claim:' .. ARGV[1], ARGV[2], 'NX', 'PX', ARGV[3])
`,
  extendLease: `
local key = KEYS[1] .. 'claim:' .. ARGV[1]
if redis.call('GET', key) == ARGV[2] then redis.call('PEXPIRE', key, ARGV[3]) end
`,
  releaseLease: `
local key = KEYS[1] .. 'claim:' .. ARGV[1]
if redis.call('GET', key) == ARGV[2] then redis.call('DEL', key) end
`,
  write: `
local key = KEYS[1] .. 'token:' .. ARGV[1]
local before = redis.call('GET', key)
if before then redis.call('ZREM', KEYS[1] .. 'users:' .. cjson.decode(before).secretId, ARGV[1]) end
redis.call('SET', key, ARGV[3])
redis.call('ZADD', KEYS[1] .. 'users:' .. ARGV[4], 0, ARGV[1])
redis.call('SADD', KEYS[1] .. 'secrets', ARGV[4])
local lease = KEYS[1] .. 'claim:' .. ARGV[1]
if redis.call('GET', lease) == ARGV[2] then redis.call('DEL', lease) end
`,
  remove: `
local key = KEYS[1] .. 'token:' .. ARGV[1]
local before = redis.call('GET', key)
if before then redis.call('ZREM', KEYS[1] .. 'users:' .. cjson.decode(before).secretId, ARGV[1]) end
redis.call('DEL', key)
`,
  setCurrentSecret: `
local key = KEYS[1] .. 'switched'
if (redis.call('GET', key) or '') == ARGV[2] then redis.call('SET', key, ARGV[1]) end
`,
  // A token may be gone that was never removed here: evicted for want of memory, or deleted by hand.
  list: `
local found, tokens = {}, {}
for _, secretId in ipairs(redis.call('SMEMBERS', KEYS[1] .. 'secrets')) do
  if secretId ~= ARGV[1] then
    local key = KEYS[1] .. 'users:' .. secretId
    for _, userId in ipairs(redis.call('ZRANGEBYLEX', key, ARGV[2], '+', 'LIMIT', 0, ARGV[3])) do
      local token = redis.call('GET', KEYS[1] .. 'token:' .. userId)
      if token then
        found[#found + 1] = userId
        tokens[userId] = token
      else
        redis.call('ZREM', key, userId)
      end
    end
  end
end
table.sort(found)
local page = {}
for at = 1, math.min(#found, tonumber(ARGV[3])) do page[at] = tokens[found[at]] end
return page
`,
  count: `
local users, current = 0, 0
for _, secretId in ipairs(redis.call('SMEMBERS', KEYS[1] .. 'secrets')) do
  local size = redis.call('ZCARD', KEYS[1] .. 'users:' .. secretId)
  users = users + size
  if secretId == ARGV[1] then current = size end
end
return { users, users - current }
`,
};

function createRedisStore(client, { keyPrefix = '{nexconn-tokens}:' } = {}) {
  const scripts = Object.fromEntries(
    Object.entries(redisScripts).map(([name, script]) => {
      const sha1 = createHash('sha1').update(script).digest('hex');
      return [name, createRedisScript(client, script, sha1)];
    }),
  );
  async function run(name, ...args) {
    return scripts[name](keyPrefix, args.map(String));
  }
  async function read(userId) {
    const [token, currentSecret] = await run('read', userId);
    return { token: token === null ? void 0 : parseToken(token), currentSecret: currentSecret ?? void 0 };
  }
  return {
    read,
    async acquireLease(userId, leaseMs) {
      const leaseId = randomUUID();
      return (await run('acquireLease', userId, leaseId, leaseMs)) === null ? void 0 : leaseId;
    },
    extendLease: async (userId, leaseId, leaseMs) => void (await run('extendLease', userId, leaseId, leaseMs)),
    releaseLease: async (userId, leaseId) => void (await run('releaseLease', userId, leaseId)),
    write: async (token, leaseId) =>
      void (await run('write', token.userId, leaseId, JSON.stringify(token), token.secretId)),
    remove: async (userId) => void (await run('remove', userId)),
    currentSecret: async () => (await read('')).currentSecret,
    setCurrentSecret: async (secretId, { expected = '' }) => void (await run('setCurrentSecret', secretId, expected)),
    async listOutdated(secretId, after, limit) {
      const found = await run('list', secretId, after === void 0 ? '-' : `(${after}`, limit);
      return found.map(parseToken).map(({ userId, name, avatarUrl }) => ({ userId, name, avatarUrl }));
    },
    async count(secretId) {
      const [users, outdated] = await run('count', secretId);
      return { users: Number(users), outdated: Number(outdated) };
    },
    // The client is its caller's to close.
    close: async () => {},
  };
}
function parseToken(text) {
  return JSON.parse(text);
}

export { createRedisStore };
