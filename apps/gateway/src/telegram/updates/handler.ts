import type { TelegramRole } from '@ids/config';
import type { Metrics } from '@ids/observability';
import type { BotApi } from '../api/bot-api.js';
import type { Origin } from '../place.js';
import type { Conversation } from './conversation.js';
import { keptUpdateSchema, type Asked, type KeptUpdate } from './update.js';

export interface HandlerParts {
  readonly conversation: Conversation;
  readonly api: BotApi;
  readonly roles: ReadonlyMap<number, TelegramRole>;
  readonly metrics: Metrics;
}

/** Leads what was taken in to the conversation. `username` is the bot's own: commands to other bots are none of ours. */
export class UpdateHandler {
  constructor(
    private readonly parts: HandlerParts,
    private readonly username: string,
  ) {}

  async handle(payload: string): Promise<void> {
    const { conversation } = this.parts;
    const update = parse(payload);
    switch (update.kind) {
      case 'membership':
        return await conversation.membership(update.chat, update.open);
      case 'migration':
        return await conversation.migrated(update.from, update.to);
      default:
        return await this.answer(update);
    }
  }

  /** It cannot be done: whoever asked is told. */
  async giveUp(payload: string, error: unknown): Promise<void> {
    const update = parse(payload);
    if (update.kind !== 'message' && update.kind !== 'press') return;
    const origin = this.originOf(update);
    if (origin === null) return;
    await this.parts.conversation.failed(origin, error);
    if (update.kind === 'press') await this.tell(update.query, '', false);
  }

  private async answer(update: Asked): Promise<void> {
    const { conversation } = this.parts;
    const origin = this.originOf(update);
    if (origin === null) return;
    if (update.kind === 'press') {
      const { text, alert } = await conversation.press(origin, update.data);
      await this.tell(update.query, text, alert);
    } else if (isFor(update.text, this.username)) {
      await conversation.message(origin, update.text);
    }
  }

  /** What is said for a moment may be missed, for example when it comes too late: the effect is seen in the chat. */
  private async tell(query: string, text: string, alert: boolean): Promise<void> {
    const { kind } = await this.parts.api.answerPress(query, text, alert);
    this.parts.metrics.telegramMessages.inc({ kind: 'press', outcome: kind });
  }

  /** Null if the person may not any more: settings may have changed since it was taken in. */
  private originOf({ update, place, asker, message }: Asked): Origin | null {
    const role = this.parts.roles.get(asker);
    return role === undefined ? null : { update, place, asker: { id: asker, role }, message };
  }
}

function parse(payload: string): KeptUpdate {
  return keptUpdateSchema.parse(JSON.parse(payload));
}

/** `/code@other_bot` is for the other one, wherever it is said. */
function isFor(text: string, username: string): boolean {
  const [, addressee] = /^\s*\/\w+@(\w+)/.exec(text) ?? [];
  return addressee === undefined || addressee.toLowerCase() === username.toLowerCase();
}
