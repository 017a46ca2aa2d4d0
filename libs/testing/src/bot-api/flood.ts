import { tooManyRequests } from './refusal.js';

/**
 * core.telegram.org/bots/faq, "My bot is hitting limits": about one message a second in a chat (short bursts are
 * borne), 20 a minute in a group, 30 a second overall. Every message that a method sends or edits counts.
 */
export interface FloodLimits {
  readonly overallPerSecond: number;
  readonly groupPerMinute: number;
  readonly privatePerSecond: number;
  /** Messages above the rate of a private chat that are borne at once. */
  readonly privateBurst: number;
}

export const FLOOD_LIMITS: FloodLimits = {
  overallPerSecond: 30,
  groupPerMinute: 20,
  privatePerSecond: 1,
  privateBurst: 5,
};

interface Window {
  readonly times: number[];
}

/** Counts what is sent; beyond a limit nothing more is taken until the time that the refusal names. */
export class Flood {
  private readonly windows = new Map<string, Window>();
  private readonly blockedUntil = new Map<string, number>();
  /** How often a limit was exceeded. */
  refusals = 0;

  constructor(
    private readonly limits: FloodLimits,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws Refusal 429 with `retry_after` */
  take(chat: number): void {
    const { overallPerSecond, groupPerMinute, privatePerSecond, privateBurst } = this.limits;
    const isGroup = chat < 0;
    this.refuseWhileBlocked(String(chat));
    this.check('all', 'all', overallPerSecond, 1_000);
    if (isGroup) this.check(String(chat), String(chat), groupPerMinute, 60_000);
    else this.check(String(chat), String(chat), privatePerSecond * 10 + privateBurst, 10_000);
    for (const key of ['all', String(chat)]) this.windowOf(key).times.push(this.now());
  }

  private refuseWhileBlocked(key: string): void {
    const left = (this.blockedUntil.get(key) ?? 0) - this.now();
    if (left > 0) this.refuse(Math.ceil(left / 1_000));
  }

  private check(key: string, blocks: string, most: number, milliseconds: number): void {
    const { times } = this.windowOf(key);
    while (times[0] !== undefined && times[0] <= this.now() - milliseconds) times.shift();
    if (times.length < most) return;
    const seconds = Math.max(1, Math.ceil(((times[0] ?? 0) + milliseconds - this.now()) / 1_000));
    if (blocks !== 'all') this.blockedUntil.set(blocks, this.now() + seconds * 1_000);
    this.refuse(seconds);
  }

  private refuse(seconds: number): never {
    this.refusals += 1;
    throw tooManyRequests(seconds);
  }

  private windowOf(key: string): Window {
    const known = this.windows.get(key) ?? { times: [] };
    this.windows.set(key, known);
    return known;
  }
}
