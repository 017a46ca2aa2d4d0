-- A call's tokens, as they were; settling twice counts once.
-- KEYS: session budget, daily budget, usage; ARGV: call, prompt tokens, completion tokens, seconds a day's sum is kept
local before = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local used = tonumber(ARGV[2]) + tonumber(ARGV[3])
redis.call('HSET', KEYS[1], ARGV[1], used)
redis.call('INCRBY', KEYS[2], used - before)
redis.call('EXPIRE', KEYS[2], ARGV[4])
if used > 0 and redis.call('HSETNX', KEYS[3], 'settled:' .. ARGV[1], 1) == 1 then
  redis.call('HINCRBY', KEYS[3], 'calls', 1)
  redis.call('HINCRBY', KEYS[3], 'promptTokens', ARGV[2])
  redis.call('HINCRBY', KEYS[3], 'completionTokens', ARGV[3])
end
return 'settled'
