import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@ids/kernel';
import type { Logger, Metrics } from '@ids/observability';
import type { ChatOutbox, ChatWatchStore, Turn } from '@ids/store';
import type { BotApi, BotMessage } from '../api/bot-api.js';
import type { Outcome } from '../api/outcome.js';
import { outgoingSchema, type Outgoing } from './outgoing.js';

/** Chats that one gateway writes to at the same time. */
export const SENDS_AT_ONCE = 8;
/** How soon what another gateway put is seen. */
const LOOK_MS = 200;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

export interface SenderParts {
  readonly api: BotApi;
  readonly outbox: ChatOutbox;
  readonly watches: ChatWatchStore;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** A group became a supergroup, as its refusal told. */
  readonly onMigrated: (from: number, to: number) => Promise<void>;
}

/**
 * Sends what waits in the outbox of chats, in turns that the outbox gives. An answer is tried until it is known what
 * became of it; what was sent is never sent again by this process, also when Redis cannot be told at once.
 */
export class Sender {
  private readonly stopping = new AbortController();
  private loops: Promise<unknown> = Promise.resolve();
  /** How often each chat could not be reached in a row. */
  private readonly failures = new Map<string, number>();

  constructor(private readonly parts: SenderParts) {}

  start(): void {
    this.loops = Promise.all(Array.from({ length: SENDS_AT_ONCE }, () => this.loop()));
  }

  /** Lets what is being sent come to its end. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loops;
  }

  private async loop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        const taken = await this.parts.outbox.take();
        if ('turn' in taken) await this.serve(taken.turn);
        else await this.pause(Math.min(Math.max(taken.waitMs ?? LOOK_MS, 5), LOOK_MS));
      } catch (error) {
        this.parts.log.warn({ reason: messageOf(error) }, 'messages to chats wait');
        await this.pause(1_000);
      }
    }
  }

  private async serve(turn: Turn): Promise<void> {
    const parsed = outgoingSchema.safeParse(turn.payload);
    if (!parsed.success) {
      this.parts.log.error({ chat: turn.chat }, 'a message in the outbox is none');
      await this.settled(() => turn.done());
      return;
    }
    const outcome = await this.send(turn.chat, parsed.data);
    this.parts.metrics.telegramMessages.inc({ kind: parsed.data.kind, outcome: outcome.kind });
    await this.settle(turn, parsed.data, outcome);
  }

  private async settle(turn: Turn, sent: Outgoing, outcome: Outcome<unknown>): Promise<void> {
    const { outbox, log, onMigrated } = this.parts;
    const { chat } = turn;
    if (outcome.kind !== 'unreachable') this.failures.delete(chat);
    switch (outcome.kind) {
      case 'flood':
        return await this.settled(() => turn.again(outcome.retryMs));
      case 'unreachable':
        log.warn({ chat, reason: outcome.reason }, 'Telegram cannot be reached');
        return await this.settled(() => turn.again(this.nextTry(chat)));
      case 'closed':
        return await this.settled(() => outbox.closeChat(chat));
      case 'migrated':
        await this.settled(() => outbox.moveChat(chat, String(outcome.to)));
        return await this.settled(() => onMigrated(Number(chat), outcome.to));
      case 'refused':
        log.error({ chat, kind: sent.kind, description: outcome.description }, 'Telegram refused a message');
        return await this.settled(() => turn.done());
      default:
        return await this.settled(() => turn.done());
    }
  }

  private nextTry(chat: string): number {
    const failures = this.failures.get(chat) ?? 0;
    this.failures.set(chat, failures + 1);
    return Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures, 10), LAST_RETRY_MS);
  }

  /** What became of a message is known only here: it is told to Redis however long that is away. */
  private async settled(tell: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await tell();
        return;
      } catch (error) {
        if (this.stopping.signal.aborted) throw error;
        await this.pause(200);
      }
    }
  }

  /** `chat` may differ from the place of the message, which was written before its group moved. */
  private async send(chat: string, outgoing: Outgoing): Promise<Outcome<unknown>> {
    const { api } = this.parts;
    const to = Number(chat);
    switch (outgoing.kind) {
      case 'message':
        return await this.place(messageFor(to, outgoing), (message) => this.sendText(message));
      case 'document':
        return await this.place(
          {
            ...messageFor(to, { ...outgoing, ...outgoing.caption }),
            name: outgoing.name,
            content: outgoing.content,
          },
          (document) => api.sendDocument(document),
        );
      case 'living':
        return await this.sendLiving(to, outgoing);
      case 'edit':
        return await api.edit(to, outgoing.message, messageFor(to, outgoing));
      case 'unbutton':
        return await api.removeButtons(to, outgoing.message);
    }
  }

  private async sendLiving(
    to: number,
    living: Extract<Outgoing, { kind: 'living' }>,
  ): Promise<Outcome<unknown>> {
    const { api, watches } = this.parts;
    const message = { ...messageFor(to, living), silent: true };
    const known = await watches.message(living.session, String(to));
    if (known !== null) return await api.edit(to, known, message);
    const outcome = await this.place(message, (each) => this.sendText(each));
    if (outcome.kind === 'done')
      await this.settled(() => watches.setMessage(living.session, String(to), outcome.result));
    return outcome;
  }

  /** A text whose looks Telegram cannot take is better sent without them than not at all. */
  private async sendText(message: BotMessage): Promise<Outcome<number>> {
    const outcome = await this.parts.api.send(message);
    if (outcome.kind !== 'refused' || message.entities.length === 0) return outcome;
    return await this.parts.api.send({ ...message, entities: [] });
  }

  /** In its topic, or outside of it if that is gone. */
  private async place<T extends BotMessage>(
    message: T,
    send: (message: T) => Promise<Outcome<number>>,
  ): Promise<Outcome<number>> {
    const outcome = await send(message);
    if (outcome.kind !== 'no-topic') return outcome;
    return await send({ ...message, thread: undefined });
  }

  private async pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

function messageFor(
  chat: number,
  sent: Pick<Extract<Outgoing, { kind: 'message' }>, 'place' | 'text' | 'entities' | 'keyboard'> & {
    readonly replyTo?: number | undefined;
  },
): BotMessage {
  const { place, replyTo, text, entities, keyboard } = sent;
  return { chat, thread: place.thread, replyTo, text, entities, keyboard };
}
