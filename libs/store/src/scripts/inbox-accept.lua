-- Takes an update once, to the end of its chat's list.
-- KEYS: seen mark, list of the chat, ready, closed chats
-- ARGV: payload, seconds to remember, chat, most in the list, '1' if it shows that the chat is open to the bot
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('EXISTS', KEYS[1]) == 1 then return 'known' end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[4]) then return 'full' end
redis.call('SET', KEYS[1], '1', 'EX', ARGV[2])
if ARGV[5] == '1' then redis.call('SREM', KEYS[4], ARGV[3]) end
-- The head stays in the list while it is worked on: only a chat without any has nobody to go on with it.
if redis.call('RPUSH', KEYS[2], ARGV[1]) > 1 then return 'behind' end
redis.call('ZADD', KEYS[3], now, ARGV[3])
return 'ready'
