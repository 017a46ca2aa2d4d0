-- Sessions that are to be looked at now, or will be after a while; by the clock of Redis, which wrote when.
-- KEYS: sessions by when to look; ARGV: milliseconds of the while, most
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now + ARGV[1], 'LIMIT', 0, ARGV[2])
