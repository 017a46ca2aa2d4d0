import type { ChatWatchStore } from '@ids/store';
import type { BotApi, BotMessage, Outcome } from '../api/bot-api.js';
import { withoutLooks } from '../text/rich-text.js';
import { MAX_MESSAGE } from '../text/split.js';
import type { Outgoing } from './outgoing.js';

type Of<Kind extends Outgoing['kind']> = Extract<Outgoing, { kind: Kind }>;

/** Makes calls of the Bot API of what waits in the outbox. */
export class SenderMessages {
  constructor(
    private readonly api: BotApi,
    private readonly watches: ChatWatchStore,
  ) {}

  /**
   * Sends it to a chat, which is another than its own if its group moved meanwhile: nothing that it names by number is
   * there. @throws what Redis throws; then nothing was sent
   */
  async send(chat: string, outgoing: Outgoing): Promise<Outcome<unknown>> {
    const to = Number(chat);
    const moved = to !== outgoing.place.chat;
    switch (outgoing.kind) {
      case 'message':
        return await this.sendText(messageTo(to, outgoing));
      case 'document':
        return await this.sendDocument(to, outgoing);
      case 'living':
        return await this.sendLiving(chat, outgoing);
      case 'edit':
        if (moved) return { kind: 'gone' };
        return await looked(messageTo(to, outgoing), (shown) => this.api.edit(to, outgoing.message, shown));
      case 'unbutton':
        if (moved) return { kind: 'gone' };
    }
    return await this.api.removeButtons(to, outgoing.message);
  }

  private async sendText(message: BotMessage): Promise<Outcome<number>> {
    return await placed(message, (placed) => looked(placed, (each) => this.api.send(each)));
  }

  private async sendDocument(
    to: number,
    { caption, name, content, ...outgoing }: Of<'document'>,
  ): Promise<Outcome<number>> {
    const document = { ...messageTo(to, { ...outgoing, ...caption }), name, content };
    return await placed(document, (placed) => looked(placed, (each) => this.api.sendDocument(each)));
  }

  /** A living message does not ring: the outcome does, which is a message of its own. */
  private async sendLiving(chat: string, living: Of<'living'>): Promise<Outcome<unknown>> {
    const message = { ...messageTo(Number(chat), living), silent: true };
    const known = await this.watches.message(living.session, chat);
    if (known !== null) {
      return await looked(message, (shown) => this.api.edit(message.chat, known, shown));
    }
    return await this.sendText(message);
  }

  /** Notes what is to be known of a message that was sent, before its turn is over. @throws what Redis throws */
  async note(chat: string, outgoing: Outgoing, outcome: Outcome<unknown>): Promise<void> {
    if (outgoing.kind !== 'living' || outcome.kind !== 'done' || typeof outcome.result !== 'number') return;
    await this.watches.setMessage(outgoing.session, chat, outcome.result);
  }
}

/** A text whose looks Telegram cannot take is better sent without them than not at all. */
async function looked<M extends BotMessage, T>(
  message: M,
  send: (message: M) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const outcome = await send(message);
  if (outcome.kind !== 'refused' || message.entities.length === 0) return outcome;
  return await send({ ...message, text: withoutLooks(message).slice(0, MAX_MESSAGE), entities: [] });
}

/**
 * In its topic, or outside of it if that is gone or closed; not as an answer then, since an answer stands in the topic
 * of what it answers.
 */
async function placed<M extends BotMessage, T>(
  message: M,
  send: (message: M) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const outcome = await send(message);
  if (outcome.kind !== 'no-topic') return outcome;
  return await send({ ...message, thread: undefined, replyTo: undefined });
}

function messageTo(
  chat: number,
  sent: Pick<Of<'message'>, 'place' | 'text' | 'entities' | 'keyboard'> & {
    readonly replyTo?: number | undefined;
  },
): BotMessage {
  const { place, replyTo, text, entities, keyboard } = sent;
  // Groups that became supergroups number their messages anew, and had no topics.
  if (place.chat !== chat) return { chat, text, entities, keyboard };
  return { chat, thread: place.thread, replyTo, text, entities, keyboard };
}
