/**
 * Reserves the next slot of a key; times are whole microseconds of the clock of Redis.
 *
 * Takes the distance of two slots and the name of who asks, then number and time of each slot to come that is delayed.
 * Gives how many have asked within a second, too. What was reserved by a clock that has been set back since, by more than
 * a second, is forgotten.
 */
export const reserveSlotScript = `
local text = function(number) return string.format('%.0f', number) end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local last = redis.call('HMGET', KEYS[1], 'id', 'even', 'now')
local id = (tonumber(last[1]) or 0) + 1
local even = (tonumber(last[2]) or 0) + ARGV[1]
if even < now or now < (tonumber(last[3]) or 0) - 1000000 then even = now end
for at = 3, #ARGV, 2 do
  if tonumber(ARGV[at]) >= id then redis.call('HSET', KEYS[1], 'delay:' .. ARGV[at], ARGV[at + 1]) end
end
local delay = 'delay:' .. text(id)
local due = math.max(even, tonumber(redis.call('HGET', KEYS[1], delay)) or 0)
redis.call('HDEL', KEYS[1], delay)
redis.call('HSET', KEYS[1], 'id', text(id), 'even', text(even), 'now', text(now), 'sharer:' .. ARGV[2], text(now))
local sharers = 0
local fields = redis.call('HGETALL', KEYS[1])
for at = 1, #fields, 2 do
  if string.sub(fields[at], 1, 7) == 'sharer:' then
    if math.abs(now - tonumber(fields[at + 1])) < 1000000 then sharers = sharers + 1
    else redis.call('HDEL', KEYS[1], fields[at]) end
  end
end
redis.call('PEXPIRE', KEYS[1], 60000 + math.ceil((due - now) / 1000))
return { id, due, even, now, sharers }
`;

/** Names the script; its own test tells when it no longer fits. */
export const reserveSlotSha1 = 'a248b35a98e5d1cdec3b0a09c262825a292cabba';
