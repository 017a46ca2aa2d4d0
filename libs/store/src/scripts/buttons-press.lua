-- A press of one button of a set uses up the whole set; the same press again, by a holder that died, is still the first.
-- KEYS: the set, who used it; ARGV: the press
local set = redis.call('GET', KEYS[1])
if not set then return 'unknown' end
local by = redis.call('GET', KEYS[2])
if by and by ~= ARGV[1] then return 'used' end
redis.call('SET', KEYS[2], ARGV[1], 'PX', math.max(redis.call('PTTL', KEYS[1]), 1))
return 'first'
