-- Keeps one opinion the moment it exists; the last one of a round puts the synthesis into the outbox.
-- KEYS: session, artifacts, events, outbox
-- ARGV: step, field, opinion, event, channel, id, synthesis job id, synthesis job, all fields...
local step = redis.call('HGET', KEYS[1], 'step')
if not step then return 'missing' end
if step ~= ARGV[1] then return 'stale' end
if redis.call('HSETNX', KEYS[2], ARGV[2], ARGV[3]) == 1 then
  redis.call('XADD', KEYS[3], '*', 'e', ARGV[4])
  redis.call('PUBLISH', ARGV[5], ARGV[6])
end
for i = 9, #ARGV do
  if redis.call('HEXISTS', KEYS[2], ARGV[i]) == 0 then return 'waiting' end
end
redis.call('HSET', KEYS[4], ARGV[7], ARGV[8])
return 'complete'
