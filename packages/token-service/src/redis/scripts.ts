// A value that is no row, whoever wrote it, must not keep its user from getting another.
const unlist = `if before then
  local isRow, row = pcall(cjson.decode, before)
  if isRow and type(row) == 'table' and type(row.secretId) == 'string' then
    redis.call('ZREM', KEYS[1] .. 'users:' .. row.secretId, ARGV[1])
  end
end
`;

/**
 * The scripts, each with the prefix as its key. `<prefix>token:<userId>` holds a token as JSON, `<prefix>claim:<userId>`
 * the ID of a lease, `<prefix>switched` the current App Secret, `<prefix>secrets` every secret that there are tokens of,
 * and `<prefix>users:<secretId>` their users in the order of their IDs. `<prefix>app_key` is the App Key whose rows these are;
 * those of another app have that one and U+001F behind the prefix. Existing data depends on these names.
 */
export const redisScripts = {
  // On a server that takes no writes now, the next instance records it.
  version: `
local version = redis.call('GET', KEYS[1] .. 'schema')
if not version then redis.pcall('SET', KEYS[1] .. 'schema', ARGV[1]) end
return version
`,
  own: `
local owner = redis.call('GET', KEYS[1] .. 'app_key')
if not owner then redis.call('SET', KEYS[1] .. 'app_key', ARGV[1]) end
return owner or ARGV[1]
`,
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
${unlist}redis.call('SET', key, ARGV[3])
redis.call('ZADD', KEYS[1] .. 'users:' .. ARGV[4], 0, ARGV[1])
redis.call('SADD', KEYS[1] .. 'secrets', ARGV[4])
local lease = KEYS[1] .. 'claim:' .. ARGV[1]
if redis.call('GET', lease) == ARGV[2] then redis.call('DEL', lease) end
`,
  remove: `
local key = KEYS[1] .. 'token:' .. ARGV[1]
local before = redis.call('GET', key)
${unlist}redis.call('DEL', key)
`,
  setCurrentSecret: `
local key = KEYS[1] .. 'switched'
if (redis.call('GET', key) or '') == ARGV[2] then redis.call('SET', key, ARGV[1]) end
`,
  // A token may be gone that was never removed here: evicted for want of memory, or deleted by hand. Its user is listed a
  // last time, without one: a part without anybody is the end.
  list: `
local found, tokens = {}, {}
for _, secretId in ipairs(redis.call('SMEMBERS', KEYS[1] .. 'secrets')) do
  if secretId ~= ARGV[1] then
    local key = KEYS[1] .. 'users:' .. secretId
    for _, userId in ipairs(redis.call('ZRANGEBYLEX', key, ARGV[2], '+', 'LIMIT', 0, ARGV[3])) do
      local token = redis.call('GET', KEYS[1] .. 'token:' .. userId)
      if not token then redis.call('ZREM', key, userId) end
      found[#found + 1] = userId
      tokens[userId] = token or ''
    end
  end
end
table.sort(found)
local page = {}
for at = 1, math.min(#found, tonumber(ARGV[3])) do
  page[#page + 1] = found[at]
  page[#page + 1] = tokens[found[at]]
end
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
