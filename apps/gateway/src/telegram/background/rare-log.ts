import { systemClock, type Clock } from '@ids/kernel';
import type { Logger } from '@ids/observability';

const EVERY_MS = 30_000;

/** Warns of what goes on for long now and then only: a server that is away for hours fills no log. */
export class RareLog {
  private readonly last = new Map<string, number>();

  constructor(
    private readonly log: Logger,
    private readonly clock: Clock = systemClock,
  ) {}

  /** `message` comes from a fixed set; the same one is written twice a minute at most. */
  warn(fields: object, message: string): void {
    const now = this.clock.now();
    const before = this.last.get(message);
    if (before !== undefined && now - before < EVERY_MS) return;
    this.last.set(message, now);
    this.log.warn(fields, message);
  }
}
