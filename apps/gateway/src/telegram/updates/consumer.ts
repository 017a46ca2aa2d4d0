import { setTimeout as delay } from 'node:timers/promises';
import { IdsError, messageOf } from '@ids/kernel';
import type { Logger } from '@ids/observability';
import type { ChatInbox, TakenUpdate } from '@ids/store';
import { z } from 'zod';
import type { BotApi } from '../api/bot-api.js';
import type { Origin, Place } from '../place.js';
import type { Conversation } from './conversation.js';
import type { Gate } from './gate.js';
import { parseUpdate, type Message, type Update } from './update.js';

const AT_ONCE = 16;
const ERRANDS_AT_ONCE = 4;
/** How soon what another gateway took in is seen. */
const LOOK_MS = 250;
const EXTEND_MS = 10_000;
const RETRY_MS = 1_000;
/** What fails for so long will not go well. */
const TRIES = 120;

export interface ConsumerParts {
  readonly inbox: ChatInbox;
  readonly errands: ChatInbox;
  readonly conversation: Conversation;
  readonly api: BotApi;
  readonly gate: Gate;
  readonly log: Logger;
}

/**
 * Works on what was taken in: chats in parallel over all gateways, each in its order. A handler may take as long as it
 * needs, and one that fails stops nothing.
 */
export class Consumer {
  private readonly stopping = new AbortController();
  private loops: Promise<unknown> = Promise.resolve();
  private nudge = new AbortController();

  constructor(private readonly parts: ConsumerParts) {}

  start(): void {
    const { inbox, errands } = this.parts;
    this.loops = Promise.all([
      ...Array.from({ length: AT_ONCE }, () => this.loop(inbox, (taken) => this.update(taken))),
      ...Array.from({ length: ERRANDS_AT_ONCE }, () =>
        this.loop(errands, ({ payload }) => this.parts.conversation.errand(payload)),
      ),
    ]);
  }

  /** Something is there: who waits looks now. */
  look(): void {
    this.nudge.abort();
    this.nudge = new AbortController();
  }

  /** Takes nothing more; what is being worked on ends here, or by another gateway once its lease is over. */
  async stop(graceMs: number): Promise<void> {
    this.stopping.abort();
    await Promise.race([this.loops, delay(graceMs, undefined, { ref: false })]);
  }

  private async loop(inbox: ChatInbox, work: (taken: TakenUpdate) => Promise<void>): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        const taken = await inbox.take();
        if (taken === null) await this.pause();
        else await this.serve(taken, work);
      } catch (error) {
        this.parts.log.warn({ reason: messageOf(error) }, 'updates of chats wait');
        await delay(RETRY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private async serve(taken: TakenUpdate, work: (taken: TakenUpdate) => Promise<void>): Promise<void> {
    // A renewal that fails costs at worst that another does it again, which is done once all the same.
    const timer = setInterval(() => void taken.extend().catch(() => undefined), EXTEND_MS);
    try {
      if (await this.worked(taken, work)) await insist(() => taken.finish());
    } finally {
      clearInterval(timer);
    }
  }

  /** False if it is to be taken up again later, as this process ends. */
  private async worked(taken: TakenUpdate, work: (taken: TakenUpdate) => Promise<void>): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await work(taken);
        return true;
      } catch (error) {
        const passes = isPassing(error) && attempt < TRIES;
        this.parts.log.warn({ reason: messageOf(error), attempt }, 'an update could not be worked on');
        if (!passes) return await this.failed(taken, error);
        if (this.stopping.signal.aborted) return false;
        await delay(RETRY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private async failed(taken: TakenUpdate, error: unknown): Promise<true> {
    const update = this.parsed(taken.payload);
    const origin = update === null ? null : this.originOf(update);
    if (origin !== null) await insist(() => this.parts.conversation.failed(origin, error));
    return true;
  }

  private async update(taken: TakenUpdate): Promise<void> {
    const { conversation, api } = this.parts;
    const update = this.parsed(taken.payload);
    if (update === null) return;
    if (update.kind === 'membership') {
      const { chat, new_chat_member: member } = update.membership;
      await conversation.membership(chat.id, member.status !== 'kicked' && member.status !== 'left');
      return;
    }
    if (update.kind === 'message' && update.message.migrate_to_chat_id !== undefined) {
      await conversation.migrated(update.message.chat.id, update.message.migrate_to_chat_id);
      return;
    }
    const origin = this.originOf(update);
    if (origin === null) return;
    if (update.kind === 'message') {
      await conversation.message(origin, update.message.text ?? '');
      return;
    }
    const { text, alert } = await conversation.press(origin, update.press.data);
    // What is said for a moment may be missed: the effect is seen in the chat.
    await api.answerPress(update.press.id, text, alert);
  }

  private parsed(payload: string): Update | null {
    return keptSchema.parse(JSON.parse(payload));
  }

  private originOf(update: Update): Origin | null {
    if (update.kind === 'membership') return null;
    const { from, message } =
      update.kind === 'press' ? update.press : { from: update.message.from, message: update.message };
    // The settings may have changed since it was taken in.
    const role = this.parts.gate.roleOf(from.id);
    if (role === undefined) return null;
    return {
      update: update.number,
      place: placeOf(message),
      asker: { id: from.id, role },
      message: message.message_id,
    };
  }

  private async pause(): Promise<void> {
    const signal = AbortSignal.any([this.stopping.signal, this.nudge.signal]);
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** As the gate kept it: parsed again, by the schemas of what Telegram sends. */
const keptSchema = z.looseObject({ number: z.int() }).transform((kept): Update | null =>
  parseUpdate({
    update_id: kept.number,
    ...('message' in kept ? { message: kept['message'] } : {}),
    ...('press' in kept ? { callback_query: kept['press'] } : {}),
    ...('membership' in kept ? { my_chat_member: kept['membership'] } : {}),
  }),
);

function placeOf(message: Pick<Message, 'chat' | 'message_thread_id' | 'is_topic_message'>): Place {
  const { chat, message_thread_id: thread, is_topic_message: inTopic } = message;
  return inTopic === true && thread !== undefined ? { chat: chat.id, thread } : { chat: chat.id };
}

/** Whether it may go well the next time. Redis that is away throws errors that are none of ours. */
function isPassing(error: unknown): boolean {
  if (error instanceof IdsError) return error.transient;
  return /ECONNREFUSED|ECONNRESET|Connection is closed|Stream isn't writeable|Command timed out|max retries/i.test(
    messageOf(error),
  );
}

async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || attempt >= TRIES) throw error;
      await delay(RETRY_MS / 4);
    }
  }
}
