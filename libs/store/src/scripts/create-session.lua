-- KEYS: session, events, open, outbox, index all, index project, index status, unfinished, idempotency ('' if none), projects
-- ARGV: id, record, project, body hash, idempotency seconds, open score, channel, event, step, job id, job
if KEYS[9] ~= '' then
  local known = redis.call('HMGET', KEYS[9], 'body', 'session')
  if known[1] then
    if known[1] ~= ARGV[4] then return {'conflict', known[2]} end
    return {'known', known[2]}
  end
end
local project = redis.call('HGET', KEYS[10], ARGV[3])
if not project then return {'no_project', ''} end
local closed = cjson.decode(project)['closedBy']
if closed then return {'closed', closed} end
redis.call('HSET', KEYS[1], 'version', 1, 'step', ARGV[9], 'status', 'queued', 'record', ARGV[2])
redis.call('XADD', KEYS[2], '*', 'e', ARGV[8])
redis.call('ZADD', KEYS[3], ARGV[6], ARGV[1])
redis.call('HSET', KEYS[4], ARGV[10], ARGV[11])
redis.call('ZADD', KEYS[5], 0, ARGV[1])
redis.call('ZADD', KEYS[6], 0, ARGV[1])
redis.call('ZADD', KEYS[7], 0, ARGV[1])
redis.call('SADD', KEYS[8], ARGV[1])
if KEYS[9] ~= '' then
  redis.call('HSET', KEYS[9], 'body', ARGV[4], 'session', ARGV[1])
  redis.call('EXPIRE', KEYS[9], ARGV[5])
end
redis.call('PUBLISH', ARGV[7], ARGV[1])
return {'created', ARGV[1]}
