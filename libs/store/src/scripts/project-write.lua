-- Writes a project if nobody wrote it since it was read. KEYS: projects; ARGV: name, what was read, what is written
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
