/**
 * Adds to both stretches of time of a key, neither below 0, and returns what they are then, in whole microseconds.
 *
 * What is kept is when they end by the clock of Redis; it is forgotten where that was set back by more than a second since.
 */
export const reserveSlotScript = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local kept = redis.call('HMGET', KEYS[1], 'now', 'reserved', 'penalty')
local forgotten = now < (tonumber(kept[1]) or 0) - 1000000
local lefts, ends = {}, {}
for at = 1, 2 do
  local left = forgotten and 0 or math.max(0, (tonumber(kept[at + 1]) or 0) - now)
  lefts[at] = math.max(0, left + ARGV[at])
  ends[at] = string.format('%.0f', now + lefts[at])
end
redis.call('HSET', KEYS[1], 'now', string.format('%.0f', now), 'reserved', ends[1], 'penalty', ends[2])
redis.call('PEXPIRE', KEYS[1], 60000 + math.ceil(math.max(lefts[1], lefts[2]) / 1000))
return lefts
`;

/** The name of the script; its own test fails when it no longer fits. */
export const reserveSlotSha1 = 'f0c8f2913fdee548b4d29a16904b4a662970d125';
