-- The right to look at a session and tell its chat; who comes while another looks makes it look once more.
-- KEYS: the watch, sessions by when to look; ARGV: session, holder, milliseconds of the lease, seconds to keep the watch
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('HEXISTS', KEYS[1], 'place') == 0 then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return 'none'
end
if tonumber(redis.call('HGET', KEYS[1], 'until') or '0') > now then
  redis.call('HSET', KEYS[1], 'again', '1')
  return 'busy'
end
redis.call('HSET', KEYS[1], 'holder', ARGV[2], 'until', now + ARGV[3])
redis.call('HDEL', KEYS[1], 'again')
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[2], 'XX', now + ARGV[3], ARGV[1])
return 'mine'
