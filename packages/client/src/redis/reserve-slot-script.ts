import { leastPerSecond, memberForMs, mostAheadMs, silentForMs } from '../rate-limit/rate-store.js';

/**
 * Adds to both stretches of time of a key, neither below 0, and returns what they are then, in whole microseconds.
 *
 * What is kept is when they end by the clock of Redis; it is forgotten where that was set back by more than a second since, and
 * where it is nothing that was kept here: of another type, no number, or far ahead.
 *
 * Where a member is passed (its name, whether it is busy, its limit, and when others count as silent), it is kept beside them,
 * as `m:<name>`, and who shares the limit is returned as well: how many, thousandths of silent ones, and the lowest limit.
 */
export const reserveSlotScript: string = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local kept = redis.pcall('HMGET', KEYS[1], 'now', 'reserved', 'penalty')
if kept.err then
  if redis.call('TYPE', KEYS[1]).ok == 'hash' then return kept end
  redis.call('DEL', KEYS[1])
  kept = {}
end
local forgotten = now < (tonumber(kept[1]) or 0) - 1000000
local reply, ends = {}, {}
for at = 1, 2 do
  local left = forgotten and 0 or math.max(0, (tonumber(kept[at + 1]) or 0) - now)
  if left > ${mostAheadMs} * 1000 then left = 0 end
  reply[at] = math.max(0, left + ARGV[at])
  ends[at] = string.format('%.0f', now + reply[at])
end
redis.call('HSET', KEYS[1], 'now', string.format('%.0f', now), 'reserved', ends[1], 'penalty', ends[2])
redis.call('PEXPIRE', KEYS[1], 60000 + math.ceil(math.max(reply[1], reply[2]) / 1000))
if not ARGV[3] then return reply end
redis.call('HSET', KEYS[1], 'm:' .. ARGV[3], string.format('%.0f', now) .. ' ' .. ARGV[4] .. ' ' .. ARGV[5])
local members, silent, lowest, lowestText = 0, 0, math.huge, ''
local all = redis.call('HGETALL', KEYS[1])
for at = 1, #all, 2 do
  if string.sub(all[at], 1, 2) == 'm:' then
    local seen, busy, perSecond = string.match(all[at + 1], '^(%d+) ([01]) (%S+)$')
    local age = now - (tonumber(seen) or 0)
    if age < -1000000 or age > (busy == '1' and ${silentForMs} or ${memberForMs}) * 1000 then
      redis.call('HDEL', KEYS[1], all[at])
    else
      members = members + 1
      if age > tonumber(ARGV[6]) and busy == '1' then
        silent = silent + math.min(1, (${silentForMs} - age / 1000) / ${silentForMs - memberForMs})
      end
      local limit = tonumber(perSecond) or 0
      if age <= ${memberForMs} * 1000 and limit >= ${leastPerSecond} and limit < lowest then
        lowest, lowestText = limit, perSecond
      end
    end
  end
end
reply[3], reply[4], reply[5] = members, silent * 1000, lowestText
return reply
`;

/** The name of the script; its own test fails when it no longer fits. */
export const reserveSlotSha1 = 'd6798a6d05d75d1efa3f71ed86666b97521354fe';
