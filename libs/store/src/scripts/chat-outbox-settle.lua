-- The message was sent, or is given up, or is to be tried again after a time.
-- KEYS: list of the chat, due, leases, holders, messages, the wait that the chat was told to keep, keys of the chat
-- ARGV: chat, number, holder, ms to try again after or -1, key of the message or ''
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('HGET', KEYS[4], ARGV[1]) ~= ARGV[3] then return 0 end
redis.call('HDEL', KEYS[4], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
local again = math.max(tonumber(ARGV[4]), 0)
if again > 0 then redis.call('SET', KEYS[6], '1', 'PX', again) end
local over = tonumber(ARGV[4]) < 0
if not over and ARGV[5] ~= '' then
  -- Of progress only the newest is tried again: this one is over if newer waits, else newer may take its place.
  local newer = redis.call('HGET', KEYS[7], ARGV[5])
  over = newer and newer ~= ARGV[2]
  if not over then redis.call('HSET', KEYS[7], ARGV[5], ARGV[2]) end
end
if over then
  if redis.call('LINDEX', KEYS[1], 0) == ARGV[2] then redis.call('LPOP', KEYS[1]) end
  redis.call('HDEL', KEYS[5], ARGV[2])
end
if redis.call('LLEN', KEYS[1]) > 0 then redis.call('ZADD', KEYS[2], now + again, ARGV[1]) end
return 1
