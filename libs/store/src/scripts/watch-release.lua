-- KEYS: the watch, sessions by when to look; ARGV: session, holder, milliseconds until the next look or -1
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[2] then return 'lost' end
local again = redis.call('HEXISTS', KEYS[1], 'again') == 1
redis.call('HDEL', KEYS[1], 'holder', 'until', 'again')
if again then
  redis.call('ZADD', KEYS[2], now, ARGV[1])
  return 'again'
end
if tonumber(ARGV[3]) < 0 then
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
end
return 'free'
