-- What waits for one chat waits for another from now on, behind what waits there.
-- KEYS: list of the old chat, list of the new one, due, leases, holders, keys of the old chat, keys of the new one, moved chats
-- ARGV: old, new
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[8], ARGV[1], ARGV[2])
local numbers = redis.call('LRANGE', KEYS[1], 0, -1)
for _, number in ipairs(numbers) do redis.call('RPUSH', KEYS[2], number) end
-- Progress that moved can still be replaced by newer one, unless newer of that name waits here already.
local keys = redis.call('HGETALL', KEYS[6])
for i = 1, #keys, 2 do redis.call('HSETNX', KEYS[7], keys[i], keys[i + 1]) end
redis.call('DEL', KEYS[1], KEYS[6])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('HDEL', KEYS[5], ARGV[1])
-- One that is being sent there now takes the next one by itself.
if #numbers > 0 and not redis.call('HGET', KEYS[5], ARGV[2]) then redis.call('ZADD', KEYS[3], 'NX', now, ARGV[2]) end
return #numbers
