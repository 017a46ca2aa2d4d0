-- KEYS: session, events, open, outbox, status index left, status index entered, unfinished, artifacts, budget, usage
-- ARGV: id, expected version, record, step, status, open score ('' none), at an end: seconds it is kept, 'reopen' when it left one, else '', channel,
--       number of events, events..., number of jobs, (job id, job)...
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return 'missing' end
if version ~= ARGV[2] then return 'conflict' end
redis.call('HSET', KEYS[1], 'version', ARGV[2] + 1, 'step', ARGV[4], 'status', ARGV[5], 'record', ARGV[3])
if KEYS[5] ~= KEYS[6] then
  redis.call('ZREM', KEYS[5], ARGV[1])
  redis.call('ZADD', KEYS[6], 0, ARGV[1])
end
if ARGV[6] == '' then redis.call('ZREM', KEYS[3], ARGV[1]) else redis.call('ZADD', KEYS[3], ARGV[6], ARGV[1]) end
local at = 9
local events = tonumber(ARGV[at])
for i = 1, events do redis.call('XADD', KEYS[2], '*', 'e', ARGV[at + i]) end
at = at + events + 1
for i = 1, tonumber(ARGV[at]) do redis.call('HSET', KEYS[4], ARGV[at + 2 * i - 1], ARGV[at + 2 * i]) end
local kept = {KEYS[1], KEYS[2], KEYS[8], KEYS[9], KEYS[10]}
if ARGV[7] == 'reopen' then
  redis.call('SADD', KEYS[7], ARGV[1])
  for _, key in ipairs(kept) do redis.call('PERSIST', key) end
elseif ARGV[7] ~= '' then
  redis.call('SREM', KEYS[7], ARGV[1])
  for _, key in ipairs(kept) do redis.call('EXPIRE', key, ARGV[7]) end
end
redis.call('PUBLISH', ARGV[8], ARGV[1])
return 'done'
