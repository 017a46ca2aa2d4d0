-- Keeps entries and lets go of the least recently used ones beyond the bounds; all counts stay exact.
-- KEYS: entries, order of use, bytes of all; ARGV: now, milliseconds an unused entry is kept, bytes at most,
--       entries at most, (key, value)...
local now = tonumber(ARGV[1])
local bytes = tonumber(redis.call('GET', KEYS[3]) or '')
if not bytes then
  -- Without a count nothing is known of the entries: they go, and counting begins anew.
  redis.call('DEL', KEYS[1], KEYS[2])
  bytes = 0
end
local function drop(key)
  bytes = bytes - redis.call('HSTRLEN', KEYS[1], key)
  redis.call('HDEL', KEYS[1], key)
  redis.call('ZREM', KEYS[2], key)
end
for at = 5, #ARGV, 2 do
  bytes = bytes - redis.call('HSTRLEN', KEYS[1], ARGV[at]) + #ARGV[at + 1]
  redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
  redis.call('ZADD', KEYS[2], now, ARGV[at])
end
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[2]), 'LIMIT', 0, 1000)) do
  drop(key)
end
while bytes > tonumber(ARGV[3]) or redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[4]) do
  local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if not oldest then
    redis.call('DEL', KEYS[1])
    bytes = 0
    break
  end
  drop(oldest)
end
redis.call('SET', KEYS[3], bytes)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[2]) end
return bytes
