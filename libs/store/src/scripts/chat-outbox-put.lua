-- Puts a message behind those of its chat; one of the same id is there once, one of the same key is replaced.
-- KEYS: known mark, list of the chat, due, messages, keys of the chat, closed chats
-- ARGV: chat, number, payload, key or '', seconds to remember, key that it makes needless or ''
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('SISMEMBER', KEYS[6], ARGV[1]) == 1 then return 'closed' end
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[5]) then return 'known' end
if ARGV[6] ~= '' then
  local needless = redis.call('HGET', KEYS[5], ARGV[6])
  if needless then
    redis.call('LREM', KEYS[2], 1, needless)
    redis.call('HDEL', KEYS[4], needless)
    redis.call('HDEL', KEYS[5], ARGV[6])
  end
end
if ARGV[4] ~= '' then
  local waiting = redis.call('HGET', KEYS[5], ARGV[4])
  if waiting then
    redis.call('HSET', KEYS[4], waiting, ARGV[3])
    return 'replaced'
  end
  redis.call('HSET', KEYS[5], ARGV[4], ARGV[2])
end
redis.call('HSET', KEYS[4], ARGV[2], ARGV[3])
if redis.call('RPUSH', KEYS[2], ARGV[2]) == 1 then
  redis.call('ZADD', KEYS[3], now, ARGV[1])
else
  -- One that is being sent is not due; one that waits is weighed again, since progress waits longer than an answer.
  redis.call('ZADD', KEYS[3], 'XX', now, ARGV[1])
end
return 'put'
