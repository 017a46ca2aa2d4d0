import { systemCode } from '@ids/kernel';
// The one that telegraf's client knows: its type of a signal is not that of Node.js.
import { AbortController as ClientController } from 'abort-controller';
import { Telegram, TelegramError } from 'telegraf';
import { z } from 'zod';
import { reasonOf, sortRefusal, type Outcome } from './outcome.js';

/** telegraf itself waits 500 s. Two calls of one turn end within the lease of that turn (30 s). */
const CALL_MS = 12_000;
/** What is said to who pressed a button is for the moment, and its chat waits for it. */
const PRESS_MS = 5_000;
/** core.telegram.org/bots/api, "answerCallbackQuery". */
const MAX_PRESS_TEXT = 200;

const sentSchema = z.object({ message_id: z.int() });
const botSchema = z.object({ id: z.int(), username: z.string() });
const refusalSchema = z.object({
  error_code: z.int(),
  description: z.string().catch(''),
  parameters: z
    .object({ retry_after: z.number().nonnegative().optional(), migrate_to_chat_id: z.int().optional() })
    .optional(),
});

/** The bot as Telegram knows it. */
export type BotUser = z.infer<typeof botSchema>;

/** As the Bot API registers them, so that clients complete them (core.telegram.org/bots/api, "BotCommand"). */
export interface BotCommand {
  readonly command: string;
  readonly description: string;
}

export interface BotMessage {
  readonly chat: number;
  readonly thread?: number | undefined;
  readonly replyTo?: number | undefined;
  readonly text: string;
  readonly entities: readonly { readonly type: string; readonly offset: number; readonly length: number }[];
  readonly keyboard: readonly (readonly { readonly text: string; readonly data: string }[])[];
  readonly silent?: boolean;
}

export interface BotDocument extends BotMessage {
  readonly name: string;
  readonly content: string;
}

/** What is used of telegraf's client, by the names of the Bot API. */
interface Client {
  callApi(method: string, payload: object, options: { signal: ClientController['signal'] }): Promise<unknown>;
}

export interface BotApiOptions {
  /** Called whenever Telegram says that there was too much. */
  readonly onFlood?: () => void;
  /** How long one call may take. */
  readonly callMs?: number;
}

interface CallLimits {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * The Bot API by telegraf's client. It never throws, and what it gives holds no token: errors of telegraf's transport
 * have the address of the request, and with it the token, in their message, stack and cause, so only their code leaves.
 */
export class BotApi {
  // Private also to whoever prints this object.
  readonly #client: Client;
  readonly #token: string;
  readonly #options: Required<BotApiOptions>;

  constructor(token: string, apiRoot: string, options: BotApiOptions = {}) {
    // A root without a slash at its end would lose its last part when the method's address is made of it.
    const root = apiRoot.endsWith('/') ? apiRoot : `${apiRoot}/`;
    // With webhookReply a call would be the answer to an update's delivery, whose result nobody can know.
    this.#client = new Telegram(token, { apiRoot: root, webhookReply: false });
    this.#token = token;
    this.#options = { onFlood: () => undefined, callMs: CALL_MS, ...options };
  }

  async me(): Promise<Outcome<BotUser>> {
    return await this.parsed(botSchema, 'getMe', {});
  }

  /** Gives the id of the message. */
  async send(message: BotMessage): Promise<Outcome<number>> {
    return await this.sent('sendMessage', {
      chat_id: message.chat,
      ...topicOf(message),
      reply_parameters: replyOf(message),
      disable_notification: message.silent,
      text: message.text,
      entities: message.entities,
      link_preview_options: { is_disabled: true },
      reply_markup: markupOf(message),
    });
  }

  /** Its text is the caption. */
  async sendDocument(document: BotDocument): Promise<Outcome<number>> {
    return await this.sent('sendDocument', {
      chat_id: document.chat,
      ...topicOf(document),
      reply_parameters: inForm(replyOf(document)),
      disable_notification: document.silent,
      document: { source: Buffer.from(document.content), filename: document.name },
      ...(document.text === ''
        ? {}
        : { caption: document.text, caption_entities: inForm(document.entities) }),
      reply_markup: inForm(markupOf(document)),
    });
  }

  async edit(chat: number, message: number, shown: BotMessage): Promise<Outcome<unknown>> {
    return await this.call('editMessageText', {
      chat_id: chat,
      message_id: message,
      text: shown.text,
      entities: shown.entities,
      link_preview_options: { is_disabled: true },
      reply_markup: markupOf(shown),
    });
  }

  async removeButtons(chat: number, message: number): Promise<Outcome<unknown>> {
    return await this.call('editMessageReplyMarkup', { chat_id: chat, message_id: message });
  }

  /** Only soon after the press; later Telegram refuses it. */
  async answerPress(query: string, text: string, alert: boolean): Promise<Outcome<unknown>> {
    const payload = { callback_query_id: query, text: clipped(text), show_alert: alert };
    return await this.call('answerCallbackQuery', payload, { timeoutMs: PRESS_MS });
  }

  async setCommands(commands: readonly BotCommand[]): Promise<Outcome<unknown>> {
    return await this.call('setMyCommands', { commands });
  }

  async setWebhook(url: string, secret: string, kinds: readonly string[]): Promise<Outcome<unknown>> {
    return await this.call('setWebhook', { url, secret_token: secret, allowed_updates: kinds });
  }

  /** Updates that wait are kept. */
  async deleteWebhook(): Promise<Outcome<unknown>> {
    return await this.call('deleteWebhook', {});
  }

  /** Waits up to `seconds` for updates from `offset` on; those below are confirmed by it. */
  async updates(
    offset: number,
    seconds: number,
    kinds: readonly string[],
    signal: AbortSignal,
  ): Promise<Outcome<unknown[]>> {
    const payload = { offset, limit: 100, timeout: seconds, allowed_updates: kinds };
    return await this.parsed(z.array(z.unknown()), 'getUpdates', payload, {
      signal,
      timeoutMs: seconds * 1_000 + this.#options.callMs,
    });
  }

  private async sent(method: string, payload: object): Promise<Outcome<number>> {
    const outcome = await this.parsed(sentSchema, method, payload);
    return outcome.kind === 'done' ? { kind: 'done', result: outcome.result.message_id } : outcome;
  }

  private async parsed<T>(
    schema: z.ZodType<T>,
    method: string,
    payload: object,
    limits: CallLimits = {},
  ): Promise<Outcome<T>> {
    const outcome = await this.call(method, payload, limits);
    if (outcome.kind !== 'done') return outcome;
    const answer = schema.safeParse(outcome.result);
    if (answer.success) return { kind: 'done', result: answer.data };
    return { kind: 'unreachable', reason: 'an answer that is none of the Bot API' };
  }

  private async call(method: string, payload: object, limits: CallLimits = {}): Promise<Outcome<unknown>> {
    const controller = new ClientController();
    const stop = (): void => controller.abort();
    const timer = setTimeout(stop, limits.timeoutMs ?? this.#options.callMs);
    limits.signal?.addEventListener('abort', stop, { once: true });
    if (limits.signal?.aborted === true) stop();
    try {
      const result = await this.#client.callApi(method, payload, { signal: controller.signal });
      return { kind: 'done', result };
    } catch (error) {
      return this.sorted(error);
    } finally {
      clearTimeout(timer);
      limits.signal?.removeEventListener('abort', stop);
      // telegraf reads no body of an error of the server: without this its connection would stay.
      stop();
    }
  }

  private sorted(error: unknown): Outcome<never> {
    if (!(error instanceof TelegramError)) return { kind: 'unreachable', reason: codeOf(error) };
    const refusal = refusalSchema.safeParse(error.response);
    if (!refusal.success) return { kind: 'unreachable', reason: 'a refusal that is none of the Bot API' };
    const { error_code: status, description, parameters } = refusal.data;
    const outcome = sortRefusal({
      status,
      description: this.withoutToken(description),
      retryAfter: parameters?.retry_after,
      migrateTo: parameters?.migrate_to_chat_id,
    });
    if (outcome.kind === 'flood') this.#options.onFlood();
    return outcome;
  }

  /** A server of one's own may say anything. */
  private withoutToken(text: string): string {
    const [, secret = this.#token] = this.#token.split(':');
    return text.replaceAll(secret, '[token]').slice(0, 300);
  }
}

export { reasonOf, type Outcome };

/** What kind of error it is. Its message is left where it is. */
function codeOf(error: unknown): string {
  const code = systemCode(error);
  if (code !== undefined) return code;
  if (!(error instanceof Error)) return 'an unknown error';
  if (error.name === 'AbortError') return 'no answer in time';
  return 'type' in error && typeof error.type === 'string' ? error.type : error.name;
}

/** telegraf leaves objects out of forms unless it knows their names; those it does not know go as JSON. */
function inForm(value: object | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function topicOf({ thread }: BotMessage): { message_thread_id?: number } {
  return thread === undefined ? {} : { message_thread_id: thread };
}

function replyOf({ replyTo }: BotMessage): object | undefined {
  return replyTo === undefined ? undefined : { message_id: replyTo, allow_sending_without_reply: true };
}

function markupOf({ keyboard }: BotMessage): object | undefined {
  if (keyboard.length === 0) return undefined;
  return {
    inline_keyboard: keyboard.map((row) => row.map(({ text, data }) => ({ text, callback_data: data }))),
  };
}

function clipped(text: string): string {
  return text.length > MAX_PRESS_TEXT ? `${text.slice(0, MAX_PRESS_TEXT - 1)}…` : text;
}
