import { messageOf, systemClock, type Clock } from '@ids/kernel';
import type { Logger, Metrics } from '@ids/observability';
import type { ChatOutbox, Turn } from '@ids/store';
import { isRedisAway } from '../../http/redis-errors.js';
import { reasonOf, type Outcome } from '../api/bot-api.js';
import { pause } from '../background/pause.js';
import { Pump, type Taken } from '../background/pump.js';
import { RareLog } from '../background/rare-log.js';
import { outgoingSchema, type Outgoing } from './outgoing.js';
import type { SenderMessages } from './sender-messages.js';

/** Chats that one gateway writes to at the same time. */
export const SENDS_AT_ONCE = 8;
/** How soon what another gateway put is seen. */
const LOOK_MS = 200;
const RETRY = { leastMs: 1_000, mostMs: 30_000, remembered: 10_000 };
const SETTLE_MS = 200;

export interface SenderParts {
  readonly messages: SenderMessages;
  readonly outbox: ChatOutbox;
  /** A group became a supergroup, as its refusal told; moves what waits for it. */
  readonly onMigrated: (from: number, to: number) => Promise<void>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock?: Clock;
}

/**
 * Sends what waits in the outbox of chats, in turns that the outbox gives. An answer is tried until it is known what
 * became of it; what was sent is not sent again by this process, also when Redis cannot be told at once.
 */
export class Sender {
  private readonly pump: Pump;
  private readonly rare: RareLog;
  private readonly clock: Clock;
  /** Since when each chat cannot be reached, the latest last. */
  private readonly away = new Map<string, number>();
  /** Messages of which Redis does not know yet what became. */
  private unnoted = 0;

  constructor(private readonly parts: SenderParts) {
    const { outbox, log } = parts;
    this.pump = new Pump(() => this.take(), {
      name: 'messages to chats',
      atOnce: SENDS_AT_ONCE,
      lookMs: LOOK_MS,
      log,
    });
    this.rare = new RareLog(log);
    this.clock = parts.clock ?? systemClock;
    outbox.onPut(() => this.pump.wake());
  }

  start(): void {
    this.pump.start();
  }

  /** Takes nothing more; lets what is being sent come to its end. */
  async stop(graceMs: number): Promise<void> {
    await this.pump.stop(graceMs);
  }

  private async take(): Promise<Taken> {
    // What was sent and could not be noted would be taken, and sent, once more.
    if (this.unnoted > 0) return { waitMs: SETTLE_MS };
    const taken = await this.parts.outbox.take();
    if (!('turn' in taken)) return taken;
    // Then the next one of its chat may be due.
    return { work: () => this.serve(taken.turn).finally(() => this.pump.wake()) };
  }

  private async serve(turn: Turn): Promise<void> {
    const { messages, metrics, log } = this.parts;
    const { data: outgoing } = outgoingSchema.safeParse(turn.payload);
    if (outgoing === undefined) {
      metrics.telegramMessages.inc({ kind: 'unknown', outcome: 'malformed' });
      log.error({ chat: turn.chat }, 'a message in the outbox cannot be read');
      return await this.settled(() => turn.done());
    }
    const outcome = await messages
      .send(turn.chat, outgoing)
      .catch((error: unknown) => ({ kind: 'unreachable', reason: messageOf(error) }) as const);
    metrics.telegramMessages.inc({ kind: outgoing.kind, outcome: outcome.kind });
    await this.settled(() => messages.note(turn.chat, outgoing, outcome));
    await this.settle(turn, outgoing, outcome);
  }

  private async settle(turn: Turn, { kind }: Outgoing, outcome: Outcome<unknown>): Promise<void> {
    const { outbox, log, onMigrated } = this.parts;
    const { chat } = turn;
    if (outcome.kind !== 'unreachable') this.away.delete(chat);
    switch (outcome.kind) {
      case 'flood':
        return await this.settled(() => turn.again(outcome.retryMs));
      case 'unreachable':
        this.rare.warn({ reason: outcome.reason }, 'Telegram cannot be reached; messages wait');
        return await this.settled(() => turn.again(this.retryMs(chat)));
      case 'closed':
        return await this.settled(() => outbox.closeChat(chat));
      case 'migrated':
        return await this.settled(() => onMigrated(Number(chat), outcome.to));
      case 'no-topic':
      case 'refused':
        log.error({ kind, reason: reasonOf(outcome) }, 'Telegram refused a message');
        return await this.settled(() => turn.done());
      default:
        return await this.settled(() => turn.done());
    }
  }

  /** As long again as it has lasted, so longer and longer. */
  private retryMs(chat: string): number {
    const now = this.clock.now();
    const since = this.away.get(chat) ?? now;
    this.away.set(chat, since);
    const [oldest] = this.away.keys();
    if (this.away.size > RETRY.remembered && oldest !== undefined) this.away.delete(oldest);
    return Math.min(Math.max(now - since, RETRY.leastMs), RETRY.mostMs);
  }

  /** What became of a message is known only here: it is told to Redis however long that is away. */
  private async settled(tell: () => Promise<void>): Promise<void> {
    try {
      await tell();
    } catch (error) {
      // Anything else is a matter of this message alone, and is to hold up no other.
      const one = isRedisAway(error) ? 1 : 0;
      this.unnoted += one;
      await this.insist(tell, error).finally(() => (this.unnoted -= one));
    }
  }

  private async insist(tell: () => Promise<void>, failure: unknown): Promise<void> {
    for (let error = failure; ;) {
      if (this.pump.signal.aborted) throw error;
      this.rare.warn({ err: error }, 'what became of a message could not be noted; it is tried again');
      await pause(SETTLE_MS, this.pump.signal);
      try {
        return await tell();
      } catch (next) {
        error = next;
      }
    }
  }
}
