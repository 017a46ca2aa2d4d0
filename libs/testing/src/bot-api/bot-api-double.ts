import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  addMessage,
  chatObject,
  messageObject,
  newChat,
  type BotUser,
  type ChatType,
  type DoubleChat,
  type ShownMessage,
} from './chats.js';
import { Flood, FLOOD_LIMITS, type FloodLimits } from './flood.js';
import type { BotState } from './messages.js';
import { callMethod } from './methods.js';
import { readParameters } from './parameters.js';
import { Refusal } from './refusal.js';
import { Updates, type Update } from './updates.js';

export interface BotApiOptions {
  readonly token: string;
  readonly username?: string;
  /** The real ones, unless a test is about something else. */
  readonly limits?: Partial<FloodLimits>;
}

/** A request as it came in, and how it was answered. */
export interface BotApiCall {
  readonly method: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly at: number;
  readonly status: number;
  readonly description: string | undefined;
}

/** How a method is to be answered instead of being done. */
export type Fault = { readonly refusal: Refusal } | { readonly cut: true } | { readonly status: number };

/** Where a person writes. */
export interface Said {
  readonly threadId?: number;
  readonly replyTo?: number;
}

/**
 * A Bot API server for tests: it speaks the wire protocol, refuses what the real one refuses, and keeps what each
 * chat shows, so that tests look at what a person sees. People write and press buttons by its methods.
 */
export class BotApiDouble {
  readonly calls: BotApiCall[] = [];
  private readonly state: BotState;
  private readonly faults: { readonly method: string; readonly fault: Fault; left: number }[] = [];
  private nextQuery = 1;

  constructor(
    private readonly server: Server,
    private readonly token: string,
    options: BotApiOptions,
  ) {
    const bot = { id: 1_000, is_bot: true, first_name: 'IDS', username: options.username ?? 'ids_bot' };
    this.state = {
      bot,
      chats: new Map(),
      updates: new Updates(),
      flood: new Flood({ ...FLOOD_LIMITS, ...options.limits }),
      queries: new Set(),
      answers: [],
      commands: new Map(),
    };
    server.on('request', (request, response) => void this.answer(request, response));
  }

  get url(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${isPort(address) ? address.port : 0}`;
  }

  get bot(): BotUser {
    return this.state.bot;
  }

  get commands(): BotState['commands'] {
    return this.state.commands;
  }

  /** What was told to people who pressed a button, in order. */
  get answers(): BotState['answers'] {
    return this.state.answers;
  }

  get updates(): Updates {
    return this.state.updates;
  }

  /** How often a flood limit was exceeded. */
  get floods(): number {
    return this.state.flood.refusals;
  }

  /** Positive ids are people, negative ones groups, as Telegram has them. */
  chat(
    id: number,
    options: { readonly type?: ChatType; readonly topics?: readonly number[] } = {},
  ): DoubleChat {
    const known = this.state.chats.get(id);
    if (known !== undefined) return known;
    const type = options.type ?? (id > 0 ? 'private' : 'supergroup');
    const chat = newChat(id, type, options.topics);
    this.state.chats.set(id, chat);
    return chat;
  }

  /** A person writes; the bot gets the update. In a group with privacy mode only commands and replies to it reach it. */
  says(userId: number, text: string, chatId: number = userId, where: Said = {}): ShownMessage {
    const chat = this.chat(chatId);
    const message = addMessage(chat, {
      threadId: where.threadId,
      from: person(userId),
      text,
      entities: commandEntities(text),
      keyboard: [],
      replyTo: where.replyTo,
      document: undefined,
      silent: false,
    });
    if (this.reaches(chat, message)) this.push(chat.id, { message: messageObject(chat, message) });
    return message;
  }

  /** A person presses the button with this text. */
  presses(userId: number, chatId: number, messageId: number, button: string): string {
    const message = this.chat(chatId).messages.find(({ id }) => id === messageId);
    const found = message?.keyboard.flat().find(({ text }) => text === button);
    if (found?.callback_data === undefined) throw new Error(`message ${messageId} shows no button ${button}`);
    return this.sendsData(userId, chatId, messageId, found.callback_data);
  }

  /** A client sends callback data, true or forged; gives the id of the query. */
  sendsData(userId: number, chatId: number, messageId: number, data: string): string {
    const chat = this.chat(chatId);
    const message = chat.messages.find(({ id }) => id === messageId);
    const id = `query-${this.nextQuery++}`;
    this.state.queries.add(id);
    this.push(chatId, {
      callback_query: {
        id,
        from: person(userId),
        chat_instance: String(chatId),
        data,
        ...(message === undefined ? {} : { message: messageObject(chat, message) }),
      },
    });
    return id;
  }

  /** Any update, also one that no client would cause. */
  push(chatId: number, content: Readonly<Record<string, unknown>>): Update {
    return this.state.updates.push(String(chatId), content);
  }

  /** A group becomes a supergroup: the old one refuses and names the new one. */
  migrate(from: number, to: number): void {
    const old = this.chat(from);
    const next = this.chat(to, { type: 'supergroup' });
    old.migratedTo = to;
    const service = { message_id: 0, date: 0, chat: chatObject(old), from: person(1) };
    this.push(from, { message: { ...service, migrate_to_chat_id: to } });
    this.push(to, { message: { ...service, chat: chatObject(next), migrate_from_chat_id: from } });
  }

  /** The next calls of a method are answered by a fault. */
  fail(method: string, fault: Fault, times = 1): void {
    this.faults.push({ method: method.toLowerCase(), fault, left: times });
  }

  /** All calls are done again, whatever faults are left. */
  mend(): void {
    this.faults.length = 0;
  }

  async close(): Promise<void> {
    this.state.updates.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private reaches(chat: DoubleChat, message: ShownMessage): boolean {
    if (chat.type === 'private') return true;
    const replied = chat.messages.find(({ id }) => id === message.replyTo);
    const command = /^\/\w+(?:@(\w+))?/.exec(message.text);
    const addressed = command !== null && (command[1] ?? this.bot.username) === this.bot.username;
    return addressed || replied?.from.id === this.bot.id;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('close', () => {
      if (!response.writableFinished && /getupdates/i.test(request.url ?? '')) this.state.updates.forget();
    });
    const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)/.exec(request.url ?? '') ?? [];
    const { values, files } = await readParameters(request).catch(() => ({ values: {}, files: new Map() }));
    const fault = this.faultFor(method);
    if (fault !== undefined && 'cut' in fault) {
      request.socket.destroy();
      return;
    }
    try {
      if (token !== this.token) throw new Refusal(401, 'Unauthorized');
      if (fault !== undefined) {
        throw 'refusal' in fault ? fault.refusal : new Refusal(fault.status, 'Internal Server Error');
      }
      const result = await callMethod(this.state, method, { values, files });
      this.note(method, values, 200, undefined);
      reply(response, 200, { ok: true, result });
    } catch (error) {
      const refusal =
        error instanceof Refusal ? error : new Refusal(500, `Internal Server Error: ${String(error)}`);
      this.note(method, values, refusal.code, refusal.description);
      reply(response, refusal.code, {
        ok: false,
        error_code: refusal.code,
        description: refusal.description,
        ...(refusal.parameters === undefined ? {} : { parameters: refusal.parameters }),
      });
    }
  }

  private faultFor(method: string): Fault | undefined {
    const found = this.faults.find((each) => each.left > 0 && each.method === method.toLowerCase());
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.fault;
  }

  private note(
    method: string,
    values: Readonly<Record<string, unknown>>,
    status: number,
    description: string | undefined,
  ): void {
    this.calls.push({ method, values, at: Date.now(), status, description });
  }
}

/** Starts the double on a free loopback port. */
export async function startBotApiDouble(options: BotApiOptions): Promise<BotApiDouble> {
  const server = createServer();
  const double = new BotApiDouble(server, options.token, options);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return double;
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function isPort(address: ReturnType<Server['address']>): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

export function person(id: number): BotUser {
  return { id, is_bot: false, first_name: `person ${id}`, username: `person_${id}` };
}

/** A command at the start of a message, as clients mark it. */
function commandEntities(text: string): ShownMessage['entities'] {
  const command = /^\/\w{1,32}(?:@\w+)?/.exec(text)?.[0];
  return command === undefined ? [] : [{ type: 'bot_command', offset: 0, length: command.length }];
}
