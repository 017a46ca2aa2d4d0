-- Takes the update off its list, unless another holder has gone on with the chat since.
-- KEYS: list of the chat, ready, leases, holders; ARGV: chat, holder
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('HGET', KEYS[4], ARGV[1]) ~= ARGV[2] then return 'lost' end
redis.call('LPOP', KEYS[1])
redis.call('HDEL', KEYS[4], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
if redis.call('LLEN', KEYS[1]) == 0 then return 'empty' end
redis.call('ZADD', KEYS[2], now, ARGV[1])
return 'ready'
