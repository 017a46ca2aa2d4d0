-- Drops what waits for a chat, and lets nothing more be put.
-- KEYS: list of the chat, keys of the chat, due, leases, holders, messages, closed chats; ARGV: chat
redis.call('SADD', KEYS[7], ARGV[1])
for _, number in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do redis.call('HDEL', KEYS[6], number) end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('HDEL', KEYS[5], ARGV[1])
return 1
