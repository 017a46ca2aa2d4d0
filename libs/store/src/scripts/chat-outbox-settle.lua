-- The message was sent, or is given up, or is to be tried again after a time.
-- KEYS: list of the chat, due, leases, holders, messages, the wait that the chat was told to keep; ARGV: chat, number, holder, ms to try again after or -1
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('HGET', KEYS[4], ARGV[1]) ~= ARGV[3] then return 0 end
redis.call('HDEL', KEYS[4], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
local again = tonumber(ARGV[4])
if again >= 0 then
  if again > 0 then redis.call('SET', KEYS[6], '1', 'PX', again) end
  redis.call('ZADD', KEYS[2], now + again, ARGV[1])
  return 1
end
if redis.call('LINDEX', KEYS[1], 0) == ARGV[2] then redis.call('LPOP', KEYS[1]) end
redis.call('HDEL', KEYS[5], ARGV[2])
if redis.call('LLEN', KEYS[1]) > 0 then redis.call('ZADD', KEYS[2], now, ARGV[1]) end
return 1
