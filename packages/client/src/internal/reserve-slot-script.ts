/**
 * Reserves the next slot of a key; times are whole microseconds of the clock of Redis.
 *
 * Takes the distance of two slots, then number and time of each slot to come that is delayed. What was reserved by a
 * clock that has been set back since, by more than a second, is forgotten.
 */
export const reserveSlotScript = `
local text = function(number) return string.format('%.0f', number) end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local last = redis.call('HMGET', KEYS[1], 'id', 'even', 'now')
local id = (tonumber(last[1]) or 0) + 1
local even = (tonumber(last[2]) or 0) + ARGV[1]
if even < now or now < (tonumber(last[3]) or 0) - 1000000 then even = now end
for at = 2, #ARGV, 2 do
  if tonumber(ARGV[at]) >= id then redis.call('HSET', KEYS[1], 'delay:' .. ARGV[at], ARGV[at + 1]) end
end
local delay = 'delay:' .. text(id)
local due = math.max(even, tonumber(redis.call('HGET', KEYS[1], delay)) or 0)
redis.call('HDEL', KEYS[1], delay)
redis.call('HSET', KEYS[1], 'id', text(id), 'even', text(even), 'now', text(now))
redis.call('PEXPIRE', KEYS[1], 60000 + math.ceil((due - now) / 1000))
return { id, due, even, now }
`;

/** Names the script; its own test tells when it no longer fits. */
export const reserveSlotSha1 = '42fb341a469e60092e93355e57d076c02f0fe6bc';
