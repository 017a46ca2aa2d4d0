import { randomUUID } from 'node:crypto';
import { keys } from './keys.js';
import { loadScript, type Redis } from './redis.js';

const scripts = { release: loadScript('release-lock'), extend: loadScript('extend-lock') };

/** What one process at a time may do. Lost `leaseMs` after the last `hold`, by whoever dies. */
export class Lease {
  private readonly key: string;
  private readonly holder = randomUUID();

  constructor(
    private readonly redis: Redis,
    name: string,
    private readonly leaseMs: number,
  ) {
    this.key = keys.lease(name);
  }

  /** Takes it if nobody has it, or keeps it; false while another has it. */
  async hold(): Promise<boolean> {
    if ((await scripts.extend.run(this.redis, [this.key], [this.holder, this.leaseMs])) === 1) return true;
    return (await this.redis.set(this.key, this.holder, 'PX', this.leaseMs, 'NX')) === 'OK';
  }

  /** Gives it up at once, if this process has it. */
  async release(): Promise<void> {
    await scripts.release.run(this.redis, [this.key], [this.holder]);
  }
}
