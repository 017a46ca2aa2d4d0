-- A call's tokens, before it is made; a repeated call replaces its own reservation.
-- KEYS: session budget, daily budget; ARGV: call, tokens, session limit, daily limit ('' none), seconds a day's sum is kept
local before = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local more = tonumber(ARGV[2]) - before
local sum = 0
for _, tokens in ipairs(redis.call('HVALS', KEYS[1])) do sum = sum + tonumber(tokens) end
if sum + more > tonumber(ARGV[3]) then return 'session' end
if ARGV[4] ~= '' and tonumber(redis.call('GET', KEYS[2]) or '0') + more > tonumber(ARGV[4]) then return 'day' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('INCRBY', KEYS[2], more)
redis.call('EXPIRE', KEYS[2], ARGV[5])
return 'reserved'
