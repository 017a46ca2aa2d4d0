-- A token bucket that all workers share. Returns 0, or the milliseconds to wait before trying again.
-- KEYS: bucket; ARGV: tokens a minute
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local rate = tonumber(ARGV[1]) / 60000
local burst = math.max(1, math.floor(tonumber(ARGV[1]) / 6))
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(burst, tonumber(state[1] or burst) + (now - tonumber(state[2] or now)) * rate)
if tokens < 1 then return math.ceil((1 - tokens) / rate) end
redis.call('HSET', KEYS[1], 'tokens', tokens - 1, 'at', now)
redis.call('PEXPIRE', KEYS[1], 120000)
return 0
