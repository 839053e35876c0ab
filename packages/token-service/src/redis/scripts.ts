/** How many keys one script looks at: a millisecond or two. */
const scanCount = 1_000;

// A value that is no row, whoever wrote it, must not keep its user from getting another.
const unlist = `if before then
  local isRow, row = pcall(cjson.decode, before)
  if isRow and type(row) == 'table' and type(row.secretId) == 'string' then
    redis.call('ZREM', KEYS[1] .. 'users:' .. row.secretId, ARGV[1])
  end
end
`;

/**
 * Looks at some keys from a cursor on, as many as hold nobody up: in a cluster those of one node, which has all keys of the hash
 * tag. A user of Redis who may not look finds nothing.
 */
const scan = `
local found = redis.pcall('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ${scanCount})
if found.err then found = { '0', {} } end
local function userAt(key)
  return string.sub(key, #KEYS[1] + #'token:' + 1)
end
local function rowAt(key)
  local text = redis.pcall('GET', key)
  local isRow, row = pcall(cjson.decode, type(text) == 'string' and text or '')
  return isRow and type(row) == 'table' and row.userId == userAt(key) and row
end
`;

/**
 * The scripts, each with the prefix as its key. `<prefix>token:<userId>` holds a token as JSON, `<prefix>claim:<userId>`
 * the ID of a lease, `<prefix>switched` the current App Secret, `<prefix>secrets` every secret that there are tokens of,
 * and `<prefix>users:<secretId>` their users in the order of their IDs. `<prefix>app_key` is the App Key whose rows these are;
 * those of another app have that one and U+001F behind the prefix. Existing data depends on these names.
 *
 * A Redis may evict any of them: the index of users is built anew, the owner is found by the rows, which name it, and while the
 * current secret is missing no token is vouched for.
 */
export const redisScripts = {
  // On a server that takes no writes now, the next instance records it. With the prefix, which a client may have one of its own
  // before.
  version: `
local version = redis.call('GET', KEYS[1] .. 'schema')
if not version then redis.pcall('SET', KEYS[1] .. 'schema', ARGV[1]) end
return { version, KEYS[1] }
`,
  // An answer of false means that the user of Redis may not ask.
  policy: `
local memory = redis.pcall('INFO', 'memory')
return type(memory) == 'string' and string.match(memory, 'maxmemory_policy:([%w-]+)')
`,
  owner: `
return redis.call('GET', KEYS[1] .. 'app_key')
`,
  own: `
local owner = redis.call('GET', KEYS[1] .. 'app_key')
if not owner then redis.call('SET', KEYS[1] .. 'app_key', ARGV[1]) end
return owner or ARGV[1]
`,
  // Where the owner was evicted, its rows tell. Returns where to look next, and the App Key of one of them.
  findOwner: `
${scan}
for _, key in ipairs(found[2]) do
  local row = rowAt(key)
  if row and type(row.appKey) == 'string' then return { '0', row.appKey } end
end
return { found[1] }
`,
  // Returns whether the index holds most users of a first look, and nothing of it was or will be evicted, as far as is known.
  // A row that somebody else has put there does not count for an index that is gone.
  isIndexed: `
local memory, stats = redis.pcall('INFO', 'memory'), redis.pcall('INFO', 'stats')
if type(memory) ~= 'string' or type(stats) ~= 'string' then return 0 end
if not string.find(memory, 'maxmemory_policy:noeviction', 1, true) then return 0 end
if not string.find(stats, 'evicted_keys:0%f[%D]') then return 0 end
${scan}
local missing = 0
for _, key in ipairs(found[2]) do
  local row = rowAt(key)
  local users = row and type(row.secretId) == 'string' and KEYS[1] .. 'users:' .. row.secretId
  if users and not (redis.call('ZSCORE', users, userAt(key)) and redis.call('SISMEMBER', KEYS[1] .. 'secrets', row.secretId) == 1) then
    missing = missing + 1
  end
end
return missing * 2 > #found[2] and 0 or 1
`,
  // Returns where to look next.
  index: `
${scan}
for _, key in ipairs(found[2]) do
  local row = rowAt(key)
  if row and type(row.secretId) == 'string' then
    redis.call('ZADD', KEYS[1] .. 'users:' .. row.secretId, 0, userAt(key))
    redis.call('SADD', KEYS[1] .. 'secrets', row.secretId)
  end
end
return { found[1] }
`,
  // With the version, which a newer instance may have raised meanwhile. It stands before the App Key, at the prefix of all.
  // What somebody has put in the place of a token, a list for example, keeps nobody from theirs.
  read: `
local found = { redis.call('GET', KEYS[1] .. 'switched'), redis.call('GET', ARGV[1] .. 'schema') }
for at = 2, #ARGV do
  local token = redis.pcall('GET', KEYS[1] .. 'token:' .. ARGV[at])
  found[at + 1] = type(token) == 'string' and token
end
return found
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
local before = redis.pcall('GET', key)
${unlist}redis.call('SET', key, ARGV[3])
redis.call('ZADD', KEYS[1] .. 'users:' .. ARGV[4], 0, ARGV[1])
redis.call('SADD', KEYS[1] .. 'secrets', ARGV[4])
if ARGV[5] then redis.call('SET', KEYS[1] .. 'app_key', ARGV[5], 'NX') end
local lease = KEYS[1] .. 'claim:' .. ARGV[1]
if redis.call('GET', lease) == ARGV[2] then redis.call('DEL', lease) end
`,
  remove: `
local key = KEYS[1] .. 'token:' .. ARGV[1]
local before = redis.pcall('GET', key)
${unlist}redis.call('DEL', key)
`,
  setCurrentSecret: `
local key = KEYS[1] .. 'switched'
if (redis.call('GET', key) or '') == ARGV[2] then redis.call('SET', key, ARGV[1]) end
`,
  // A token may be gone that was never removed here: evicted for want of memory, or deleted by hand. Its user is listed a
  // last time, without one: a part without anybody is the end. Lua compares texts by the locale of the server, and the index has
  // them by their bytes: whoever stands between the two would be left out.
  list: `
local function comesBefore(one, other)
  for at = 1, math.min(#one, #other) do
    local byte, otherByte = string.byte(one, at), string.byte(other, at)
    if byte ~= otherByte then return byte < otherByte end
  end
  return #one < #other
end
local found, tokens = {}, {}
for _, secretId in ipairs(redis.call('SMEMBERS', KEYS[1] .. 'secrets')) do
  if secretId ~= ARGV[1] then
    local key = KEYS[1] .. 'users:' .. secretId
    for _, userId in ipairs(redis.call('ZRANGEBYLEX', key, ARGV[2], '+', 'LIMIT', 0, ARGV[3])) do
      local token = redis.pcall('GET', KEYS[1] .. 'token:' .. userId)
      if type(token) ~= 'string' then
        redis.call('ZREM', key, userId)
        token = ''
      end
      found[#found + 1] = userId
      tokens[userId] = token
    end
  end
end
table.sort(found, comesBefore)
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
