-- Puts a message behind those of its chat, or of the one that its chat became; one of the same id is there once, one of
-- the same key is replaced.
-- KEYS: known mark, due, messages, closed chats, moved chats, the last number
-- ARGV: chat, payload, key or '', seconds to remember, key that it makes needless or '', prefix of lists, prefix of keys
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local chat = redis.call('HGET', KEYS[5], ARGV[1]) or ARGV[1]
local list, keys = ARGV[6] .. chat, ARGV[7] .. chat
if redis.call('SISMEMBER', KEYS[4], chat) == 1 then return 'closed' end
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[4]) then return 'known' end
-- Counted also if it replaces another, so that whoever watches the number sees each message that is new.
local number = tostring(redis.call('INCR', KEYS[6]))
if ARGV[5] ~= '' then
  local needless = redis.call('HGET', keys, ARGV[5])
  if needless then
    redis.call('LREM', list, 1, needless)
    redis.call('HDEL', KEYS[3], needless)
    redis.call('HDEL', keys, ARGV[5])
  end
end
if ARGV[3] ~= '' then
  local waiting = redis.call('HGET', keys, ARGV[3])
  if waiting then
    redis.call('HSET', KEYS[3], waiting, ARGV[2])
    return 'replaced'
  end
  redis.call('HSET', keys, ARGV[3], number)
end
redis.call('HSET', KEYS[3], number, ARGV[2])
if redis.call('RPUSH', list, number) == 1 then
  redis.call('ZADD', KEYS[2], now, chat)
else
  -- One that is being sent is not due; one that waits is weighed again, since progress waits longer than an answer.
  redis.call('ZADD', KEYS[2], 'XX', now, chat)
end
return 'put'
