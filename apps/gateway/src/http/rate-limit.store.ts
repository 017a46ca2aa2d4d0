import { Script, type Redis } from '@ids/store';
import type { ThrottlerStorage } from '@nestjs/throttler';

// KEYS: window; ARGV: its length in milliseconds. Returns the hits in it and the milliseconds that are left.
const hit = new Script(`
local hits = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {hits, left}
`);

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Counts requests in fixed windows that all gateways share. */
export class RateLimitStore implements ThrottlerStorage {
  constructor(private readonly redis: Redis) {}

  async increment(tracker: string, ttl: number, limit: number): Promise<ThrottlerRecord> {
    const reply = await hit.run(this.redis, [`ids:rate:http:${tracker}`], [ttl]);
    const [hits = 0, left = 0] = Array.isArray(reply) ? reply.map(Number) : [];
    const seconds = Math.max(1, Math.ceil(left / 1_000));
    return { totalHits: hits, timeToExpire: seconds, isBlocked: hits > limit, timeToBlockExpire: seconds };
  }
}
