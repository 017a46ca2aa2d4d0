import { setTimeout as delay } from 'node:timers/promises';

/** Waits so many milliseconds, or until `signal` aborts. Never rejects. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  // The only thing that can go wrong is that it is cut short, which is meant.
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** The milliseconds to wait before each next try: twice as long as before, up to `mostMs`. */
export class Backoff {
  private nextMs: number;

  constructor(
    private readonly firstMs: number,
    private readonly mostMs: number,
  ) {
    this.nextMs = firstMs;
  }

  next(): number {
    const milliseconds = this.nextMs;
    this.nextMs = Math.min(2 * milliseconds, this.mostMs);
    return milliseconds;
  }

  /** It went well: the next wait is the first again. */
  reset(): void {
    this.nextMs = this.firstMs;
  }
}
