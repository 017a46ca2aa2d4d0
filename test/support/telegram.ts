import {
  startBotApiDouble,
  until,
  type BotApiDouble,
  type BotApiOptions,
  type ShownMessage,
} from '@ids/testing';
import { startSystem, type System, type SystemPlan } from './system.js';

/** In the form of a real one; no log, page or job may hold it. */
export const BOT_TOKEN = '1000:AAF-bot-token-of-the-tests-0123456789';

/** Who is who in these tests; 666 is nobody. */
export const PEOPLE = { administrator: 1, user: 2, reader: 3, colleague: 4, stranger: 666 } as const;

const PATIENCE_MS = 60_000;

export interface TelegramPlan extends SystemPlan {
  readonly bot?: Omit<BotApiOptions, 'token'>;
}

/** A whole system with a bot, and the Bot API server that it talks to. */
export class TelegramSystem {
  private constructor(
    readonly system: System,
    readonly api: BotApiDouble,
  ) {}

  /** By long polling, unless `env` names a webhook. */
  static async start({ bot, ...plan }: TelegramPlan = {}): Promise<TelegramSystem> {
    const api = await startBotApiDouble({ ...bot, token: BOT_TOKEN });
    const { stranger: _nobody, ...allowed } = PEOPLE;
    const env = {
      TELEGRAM_BOT_TOKEN: BOT_TOKEN,
      TELEGRAM_API_ROOT: api.url,
      ALLOWED_TELEGRAM_USERS: Object.values(allowed).join(','),
      TELEGRAM_ADMIN_USERS: String(PEOPLE.administrator),
      TELEGRAM_READER_USERS: String(PEOPLE.reader),
      ...plan.env,
    };
    try {
      return new TelegramSystem(await startSystem({ ...plan, env }), api);
    } catch (error) {
      await api.close();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.system.stop();
    await this.api.close();
  }

  /** What the bot shows in a chat, after the message with this id. */
  bots(chat: number, after = 0): ShownMessage[] {
    return this.api
      .chat(chat)
      .messages.filter(({ id, from, deleted }) => id > after && from.id === this.api.bot.id && !deleted);
  }

  /** Waits until the bot shows a message in a chat that matches, after the message with this id. */
  async shows(chat: number, pattern: RegExp, after = 0): Promise<ShownMessage> {
    const look = (): ShownMessage | undefined =>
      this.bots(chat, after).find((message) => pattern.test(textOf(message)));
    try {
      return await until(look, PATIENCE_MS, `${pattern} in chat ${chat}`);
    } catch (error) {
      throw new Error(`${String(error)}\n${transcript(this.api, chat)}\n${this.system.log()}`, {
        cause: error,
      });
    }
  }

  /** A person says something in a chat; gives the bot's first answer that matches. */
  async ask(person: number, text: string, pattern: RegExp, chat: number = person): Promise<ShownMessage> {
    const said = this.api.says(person, text, chat);
    return await this.shows(chat, pattern, said.id);
  }

  /** A person presses a button; gives what the person is told for a moment. */
  async press(person: number, chat: number, message: ShownMessage, button: string): Promise<string> {
    const query = this.api.presses(person, chat, message.id, button);
    return await this.answerTo(query);
  }

  /** What was told to who pressed a button. */
  async answerTo(query: string): Promise<string> {
    const answer = await until(
      () => this.api.answers.find((each) => each.query === query),
      PATIENCE_MS,
      `an answer to ${query}`,
    );
    return answer.text;
  }
}

/** The text as a person reads it: what joins words invisibly is not seen. */
export function textOf({ text, document }: ShownMessage): string {
  const shown = text.replaceAll('\u2060', '');
  return document === undefined ? shown : `[${document.name}] ${shown}`;
}

/** Everything that a chat shows, message by message, for a snapshot: what differs from run to run is named by its kind. */
export function transcript(api: BotApiDouble, chat: number, after = 0): string {
  const { messages } = api.chat(chat);
  const sessions: string[] = [];
  return messages
    .filter(({ id, deleted }) => id > after && !deleted)
    .map((message) => {
      const who = message.from.id === api.bot.id ? 'IDS' : message.from.first_name;
      const replied = messages.find(({ id }) => id === message.replyTo);
      const reply = replied === undefined ? '' : ` (to ${JSON.stringify(replied.text.slice(0, 30))})`;
      const keyboard = message.keyboard
        .map((row) => row.map(({ text }) => `[${text}]`).join(' '))
        .map((row) => `\n${row}`);
      return `— ${who}${reply}:\n${named(textOf(message), sessions)}${keyboard.join('')}`;
    })
    .join('\n\n');
}

/** Ids by the order in which they are first seen, times and numbers that vary by what they are. */
function named(text: string, sessions: string[]): string {
  return (
    text
      .replaceAll(/sess_[0-9A-Z]{26}/g, (id) => {
        if (!sessions.includes(id)) sessions.push(id);
        return `sess_${sessions.indexOf(id) + 1}`;
      })
      .replaceAll(/p-[0-9a-f]{8}-[0-9a-f-]{27}/g, 'PROJECT')
      .replaceAll(/\b(?:\d+ min )?\d+ s\b/g, 'TIME')
      // A time that is short is not shown at all, and how long a run takes depends on the machine.
      .replaceAll(/^(Project \S+), TIME$/gm, '$1')
      .replaceAll(/(?:TIME, )?[\d,]+ tokens/g, 'N tokens')
      .replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?Z?)?/g, 'WHEN')
      .replaceAll(/(C?Python|mypy|pyright|ruff) \d+\.\d+(?:\.\d+)?/g, '$1 X.Y')
      .replaceAll(/\/tmp\/[\w./-]+/g, 'FOLDER')
  );
}
