-- Puts a message, in one or more pieces, behind those of its chat, or of the one that its chat became; one of the same
-- id is there once, one of the same key is replaced.
-- KEYS: known mark, due, messages, closed chats, moved chats, the last number
-- ARGV: chat, key or '', seconds to remember, prefix of lists, prefix of keys, pieces (of what has a key: one)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local chat = redis.call('HGET', KEYS[5], ARGV[1]) or ARGV[1]
local key, list, keys = ARGV[2], ARGV[4] .. chat, ARGV[5] .. chat
if redis.call('SISMEMBER', KEYS[4], chat) == 1 then return 'closed' end
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[3]) then
  -- What is still put is still to be known: a question that waits for weeks is asked once.
  redis.call('EXPIRE', KEYS[1], ARGV[3])
  return 'known'
end
local waiting = key ~= '' and redis.call('HGET', keys, key)
if waiting then
  redis.call('HSET', KEYS[3], waiting, ARGV[6])
  return 'replaced'
end
local idle = redis.call('LLEN', list) == 0
for piece = 6, #ARGV do
  local number = redis.call('INCR', KEYS[6])
  redis.call('HSET', KEYS[3], number, ARGV[piece])
  redis.call('RPUSH', list, number)
  if key ~= '' then redis.call('HSET', keys, key, number) end
end
if idle then
  redis.call('ZADD', KEYS[2], now, chat)
else
  -- One that is being sent is not due; one that waits is weighed again, since progress waits longer than an answer.
  redis.call('ZADD', KEYS[2], 'XX', now, chat)
end
return 'put'
