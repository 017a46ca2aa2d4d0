import { Writable } from 'node:stream';
import { loadSettings, type RawEnvironment } from '@ids/config';
import { createMetrics, type Logger, type Metrics } from '@ids/observability';
import type { ChatOutbox } from '@ids/store';
import { startBotApiDouble, type BotApiDouble, type BotApiOptions } from '@ids/testing';
import { pino } from 'pino';
import { connectStores, type Stores } from '../src/stores.js';
import { assembleBot, type AssemblyTimes, type ConversationParts } from '../src/telegram/assemble.js';
import type { Bot } from '../src/telegram/bot.js';
import type { Origin } from '../src/telegram/place.js';
import { prose } from '../src/telegram/text/rich-text.js';
import type { Conversation, PressAnswer } from '../src/telegram/updates/conversation.js';
import type { Intake } from '../src/telegram/updates/intake.js';

export const TOKEN = '1000:AAF-token-of-these-specs-0123456789';
export const SECRET = 'AAF-token-of-these-specs-0123456789';
export const ALICE = 11;
export const BOB = 12;
export const STRANGER = 666;

/** Answers a message with its own text, unless a test says what else is to be done with it. */
export class Echo implements Conversation {
  readonly seen: string[] = [];
  readonly origins: Origin[] = [];
  readonly presses: string[] = [];
  readonly errands: string[] = [];
  readonly memberships: [chat: number, open: boolean][] = [];
  readonly moves: [from: number, to: number][] = [];
  readonly failures: unknown[] = [];
  /** Done before a message with this text, a press with this data or an errand is answered. */
  readonly before = new Map<string, () => Promise<void>>();

  constructor(
    readonly parts: ConversationParts,
    private readonly name: string,
  ) {}

  async message(origin: Origin, text: string): Promise<void> {
    this.seen.push(text);
    this.origins.push(origin);
    await this.before.get(text)?.();
    await this.parts.letters.answer(origin, 'echo', { parts: [prose(`${this.name}: ${text}`)] });
  }

  async press(_origin: Origin, data: string): Promise<PressAnswer> {
    this.presses.push(data);
    await this.before.get(data)?.();
    return { text: `pressed ${data}`, alert: true };
  }

  async errand(payload: string): Promise<void> {
    this.errands.push(payload);
    await this.before.get(payload)?.();
  }

  async membership(chat: number, open: boolean): Promise<void> {
    this.memberships.push([chat, open]);
    await (open ? this.parts.outbox.openChat(String(chat)) : this.parts.outbox.closeChat(String(chat)));
  }

  async migrated(from: number, to: number): Promise<void> {
    this.moves.push([from, to]);
    await this.parts.outbox.moveChat(String(from), String(to));
  }

  failed(_origin: Origin, error: unknown): Promise<void> {
    this.failures.push(error);
    return Promise.resolve();
  }
}

/** The bot of one gateway, without the rest of it. */
export interface TestBot {
  readonly bot: Bot;
  readonly echo: Echo;
  readonly intake: Intake;
  readonly outbox: ChatOutbox;
  readonly stores: Stores;
  readonly metrics: Metrics;
  /** Stops it as a gateway would. */
  close(): Promise<void>;
  /** Cuts it off from Redis, and leaves what it held as it is. */
  die(): void;
}

export interface BotPlan {
  readonly name?: string;
  readonly env?: RawEnvironment;
  readonly times?: AssemblyTimes;
}

/** A Bot API server, and the bots of gateways that talk to it. All write to the same log. */
export class BotStage {
  readonly lines: string[] = [];
  readonly log: Logger;
  private readonly bots: TestBot[] = [];

  private constructor(
    private readonly redisUrl: string,
    readonly api: BotApiDouble,
  ) {
    const lines = new Writable({
      write: (chunk, _encoding, done) => {
        this.lines.push(String(chunk));
        done();
      },
    });
    this.log = pino({ level: 'trace' }, lines);
    for (const chat of [ALICE, BOB, STRANGER]) api.chat(chat);
  }

  static async open(redisUrl: string, limits: BotApiOptions['limits'] = {}): Promise<BotStage> {
    return new BotStage(redisUrl, await startBotApiDouble({ token: TOKEN, limits }));
  }

  async bot(plan: BotPlan = {}): Promise<TestBot> {
    const made = await this.made(plan);
    made.bot.start();
    return made;
  }

  /** One that does not run yet. */
  async made({ name = 'IDS', env = {}, times = {} }: BotPlan = {}): Promise<TestBot> {
    const settings = loadSettings({
      REDIS_URL: this.redisUrl,
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: this.api.url,
      ALLOWED_TELEGRAM_USERS: `${ALICE},${BOB}`,
      ...env,
    });
    const { telegram } = settings;
    if (telegram === undefined) throw new Error('no bot is set');
    const stores = await connectStores(settings);
    const metrics = createMetrics('spec');
    let echo: Echo | undefined;
    const assembled = assembleBot({
      settings: { ...settings, telegram },
      stores,
      log: this.log,
      metrics,
      commands: [{ command: 'help', description: 'Help' }],
      times: { pollingLeaseMs: 3_000, updateLeaseMs: 3_000, ...times },
      conversation: (parts) => (echo = new Echo(parts, name)),
    });
    if (echo === undefined) throw new Error('no conversation was made');
    let open = true;
    const close = async (): Promise<void> => {
      if (!open) return;
      open = false;
      await assembled.bot.stop();
      stores.close();
    };
    const made = { ...assembled, echo, stores, metrics, close, die: () => stores.close() };
    this.bots.push(made);
    return made;
  }

  /** What the bot shows in a chat, as a person reads it: what joins words invisibly is not seen. */
  shown(chat: number): string[] {
    return this.api
      .chat(chat)
      .messages.filter(({ from }) => from.id === this.api.bot.id)
      .map(({ text }) => text.replaceAll('\u2060', ''));
  }

  async close(): Promise<void> {
    await Promise.all(this.bots.map((each) => each.close()));
    await this.api.close();
  }
}
