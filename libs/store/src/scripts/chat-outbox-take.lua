-- The next message that may be sent now by all limits, with the right to send it; else how long to wait: `limit` if
-- nothing that is put meanwhile can be sent earlier.
-- A limit is kept as the time at which its next turn falls due; turns may be taken a burst ahead of it.
-- KEYS: due, leases, holders, messages, overall limit, when this was asked last
-- ARGV: holder, milliseconds of the lease, prefix of lists, prefix of limits, prefix of keys,
--       interval and burst (both ms) overall, of a private chat, of a group; turns of a burst kept from progress
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- Where nobody asked for a while, Redis may have been away: who sent something meanwhile gets the time to say so.
local grace = 5000
local asked = tonumber(redis.call('GET', KEYS[6]) or 0)
local away = asked > 0 and now - asked > grace
-- Not each time: a bot that is idle is to write nothing much.
if now - asked > grace / 5 then redis.call('SET', KEYS[6], now) end
for _, chat in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 100)) do
  if away then
    redis.call('ZADD', KEYS[2], now + grace, chat)
  else
    redis.call('ZREM', KEYS[2], chat)
    redis.call('HDEL', KEYS[3], chat)
    redis.call('ZADD', KEYS[1], now, chat)
  end
end

-- When a turn may be taken, if not now.
local function later(key, burst)
  local turn = math.max(tonumber(redis.call('GET', key) or '0'), now)
  return turn - burst
end
local function take(key, interval, burst)
  local turn = math.max(tonumber(redis.call('GET', key) or '0'), now)
  redis.call('SET', key, turn + interval, 'PX', interval + burst + 60000)
end

local overall = later(KEYS[5], tonumber(ARGV[7]))
if overall > now then return { 'limit', overall - now } end
for _ = 1, 50 do
  local chat = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  if #chat == 0 then return { 'wait', -1 } end
  local at, id = tonumber(chat[2]), chat[1]
  if at > now then return { 'wait', at - now } end
  local number = redis.call('LINDEX', ARGV[3] .. id, 0)
  local payload = number and redis.call('HGET', KEYS[4], number)
  if not number then
    redis.call('ZREM', KEYS[1], id)
  elseif not payload then
    -- One that is in the list alone would hold up all chats for ever.
    redis.call('LPOP', ARGV[3] .. id)
  else
    local group = string.sub(id, 1, 1) == '-'
    local interval, burst = tonumber(group and ARGV[10] or ARGV[8]), tonumber(group and ARGV[11] or ARGV[9])
    -- Not decoded: what JavaScript takes for JSON, cjson may refuse.
    local key = string.match(payload, '^[^\n]*')
    -- An answer behind it is not to wait for the turns that are kept for answers.
    local alone = redis.call('LLEN', ARGV[3] .. id) == 1
    local kept = key ~= '' and alone and math.min(tonumber(ARGV[12]) * interval, burst) or 0
    local held = math.max(redis.call('PTTL', ARGV[4] .. id .. ':held'), 0)
    local allowed = math.max(later(ARGV[4] .. id, burst - kept), now + held)
    if allowed > now then
      redis.call('ZADD', KEYS[1], allowed, id)
    else
      take(ARGV[4] .. id, interval, burst)
      take(KEYS[5], tonumber(ARGV[6]), tonumber(ARGV[7]))
      redis.call('ZREM', KEYS[1], id)
      redis.call('ZADD', KEYS[2], now + ARGV[2], id)
      redis.call('HSET', KEYS[3], id, ARGV[1])
      -- What is being sent cannot be replaced any more; newer progress of that name, which waits behind it, can.
      if key ~= '' and redis.call('HGET', ARGV[5] .. id, key) == number then
        redis.call('HDEL', ARGV[5] .. id, key)
      end
      return { 'send', id, number, payload }
    end
  end
end
return { 'wait', 0 }
