import type { TelegramRole } from '@ids/config';
import { z } from 'zod';
import { chatOf, parseUpdate, senderOf, type Update } from './update.js';

/** What became of an update that came in; the label of a counter. */
export type Arrival = 'taken' | 'known' | 'full' | 'stranger' | 'ignored' | 'malformed';

export type Passed =
  | { readonly pass: true; readonly number: number; readonly chat: number; readonly text: string }
  | { readonly pass: false; readonly number: number | undefined; readonly why: Arrival };

const numberSchema = z.object({ update_id: z.int().nonnegative() });
/** The kinds of updates that name who caused them (core.telegram.org/bots/api, "Update"). */
const causedSchema = z.record(z.string(), z.unknown()).transform((update) =>
  Object.values(update).flatMap((content) => {
    const caused = z.object({ from: z.object({ id: z.int() }) }).safeParse(content);
    return caused.success ? [caused.data.from.id] : [];
  }),
);

/**
 * Who gets in: looked at for every kind of update before anything else is done with it. A stranger's update costs a
 * look at its sender; nothing is kept, answered or logged. That holds for service messages too: of a group's change
 * into a supergroup the bot also learns when it next writes there.
 */
export class Gate {
  constructor(
    private readonly roles: ReadonlyMap<number, TelegramRole>,
    private readonly bot: () => BotName | undefined,
  ) {}

  /** Whether it is known which commands are meant for this bot; before, nothing may be looked at. */
  get ready(): boolean {
    return this.bot() !== undefined;
  }

  roleOf(person: number): TelegramRole | undefined {
    return this.roles.get(person);
  }

  /** Whether an update goes on to a conversation, and as what text it is kept. */
  look(raw: unknown): Passed {
    const number = numberSchema.safeParse(raw).data?.update_id;
    const causes = causedSchema.safeParse(raw).data ?? [];
    if (causes.length === 0 || !causes.every((person) => this.roles.has(person))) {
      return { pass: false, number, why: causes.length === 0 ? 'malformed' : 'stranger' };
    }
    const update = parseUpdate(raw);
    if (update === null || !this.roles.has(senderOf(update)) || !this.isForUs(update)) {
      return { pass: false, number, why: 'ignored' };
    }
    return { pass: true, number: update.number, chat: chatOf(update), text: JSON.stringify(update) };
  }

  /** In groups only commands to this bot and answers to it; in channels nothing. */
  private isForUs(update: Update): boolean {
    if (update.kind !== 'message') return true;
    const { chat, text, reply_to_message: replied, migrate_to_chat_id: moved } = update.message;
    if (moved !== undefined) return true;
    if (text === undefined || text.trim() === '' || chat.type === 'channel') return false;
    const bot = this.bot();
    const [command, , addressee] = /^\/(\w+)(?:@(\w+))?/.exec(text) ?? [];
    if (addressee !== undefined) return addressee.toLowerCase() === bot?.username.toLowerCase();
    if (chat.type === 'private' || command !== undefined) return true;
    return replied?.from?.id !== undefined && replied.from.id === bot?.id;
  }
}

export interface BotName {
  readonly id: number;
  readonly username: string;
}
