-- The oldest update of the chat that waits longest, with the right to work on that chat for a while.
-- KEYS: ready, leases, holders; ARGV: holder, milliseconds of the lease, prefix of the lists
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, chat in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 100)) do
  redis.call('ZREM', KEYS[2], chat)
  redis.call('HDEL', KEYS[3], chat)
  redis.call('ZADD', KEYS[1], now, chat)
end
while true do
  local next = redis.call('ZPOPMIN', KEYS[1])
  if #next == 0 then return nil end
  local chat = next[1]
  local payload = redis.call('LINDEX', ARGV[3] .. chat, 0)
  if payload then
    redis.call('ZADD', KEYS[2], now + ARGV[2], chat)
    redis.call('HSET', KEYS[3], chat, ARGV[1])
    return { chat, payload }
  end
end
