-- Progress that changes no state: written only while the step it belongs to lasts.
-- KEYS: session, events; ARGV: step, event, channel, id
local step = redis.call('HGET', KEYS[1], 'step')
if not step then return 'missing' end
if step ~= ARGV[1] then return 'stale' end
redis.call('XADD', KEYS[2], '*', 'e', ARGV[2])
redis.call('PUBLISH', ARGV[3], ARGV[4])
return 'done'
