import { z } from 'zod';
import { addMessage, messageObject, type BotUser, type DoubleChat, type ShownMessage } from './chats.js';
import type { Flood } from './flood.js';
import { parseHtml, type Formatted } from './html.js';
import { parseKeyboard } from './keyboard.js';
import type { UploadedFile } from './parameters.js';
import { badRequest, forbidden, Refusal } from './refusal.js';
import type { Updates } from './updates.js';

/** What methods work on. */
export interface BotState {
  readonly bot: BotUser;
  readonly chats: Map<number, DoubleChat>;
  readonly updates: Updates;
  readonly flood: Flood;
  /** Callback queries that were not answered yet. */
  readonly queries: Set<string>;
  readonly answers: { readonly query: string; readonly text: string; readonly alert: boolean }[];
  /** By scope and language, as they were registered. */
  readonly commands: Map<string, readonly { readonly command: string; readonly description: string }[]>;
}

/** A form may have made a number of it. */
export const text = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);
export const chatId = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
export const place = z.object({
  chat_id: chatId,
  message_thread_id: z.number().optional(),
  reply_parameters: z
    .object({ message_id: z.number(), allow_sending_without_reply: z.boolean().optional() })
    .optional(),
  disable_notification: z.boolean().optional(),
  reply_markup: z.unknown().optional(),
  parse_mode: z.string().optional(),
});
export const entitySchema = z.object({
  type: z.string(),
  offset: z.number(),
  length: z.number(),
  url: z.string().optional(),
  language: z.string().optional(),
});
export const target = z.object({
  chat_id: chatId,
  message_id: z.number(),
  reply_markup: z.unknown().optional(),
});

export function read<T>(schema: z.ZodType<T>, values: unknown): T {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badRequest(`${issue?.path.join('.') ?? 'parameter'} is empty or invalid`);
}

/** Where a message goes. @throws Refusal for chats that are unknown, closed to the bot or gone elsewhere */
export function chatFor(state: BotState, id: number): DoubleChat {
  const chat = state.chats.get(id);
  if (chat === undefined) throw badRequest('chat not found');
  if (chat.migratedTo !== undefined) {
    throw new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: chat.migratedTo,
    });
  }
  if (chat.closed === 'blocked') throw forbidden('bot was blocked by the user');
  if (chat.closed === 'kicked') {
    throw forbidden(`bot was kicked from the ${chat.type === 'group' ? 'group' : 'supergroup'} chat`);
  }
  return chat;
}

/** Those behind it are dropped (td/telegram/MessageEntity.cpp, MAX_USER_ENTITY_COUNT). */
const MAX_ENTITIES = 100;

/** core.telegram.org/bots/api, "Formatting options": the text that counts is the one after the entities are parsed. */
export function formatted(
  source: string,
  mode: string | undefined,
  given: readonly z.infer<typeof entitySchema>[] | undefined,
): Formatted {
  if (mode !== undefined && mode !== '' && mode.toLowerCase() !== 'html') {
    throw badRequest('unsupported parse_mode');
  }
  const parsed = mode === undefined || mode === '' ? { text: source, entities: [] } : parseHtml(source);
  const entities = (given ?? parsed.entities).map(({ type, offset, length, url, language }) => ({
    type,
    offset,
    length,
    ...(url === undefined ? {} : { url }),
    ...(language === undefined ? {} : { language }),
  }));
  return trimmed({ text: parsed.text, entities: entities.slice(0, MAX_ENTITIES) });
}

/** Space around a message is taken off (td/telegram/MessageEntity.cpp, clean_input_string and fix_formatted_text). */
function trimmed({ text: whole, entities }: Formatted): Formatted {
  const clean = whole.replaceAll('\r', '').trimEnd();
  const front = clean.length - clean.trimStart().length;
  const moved = entities
    .map((entity) => {
      const start = Math.max(entity.offset - front, 0);
      const end = Math.min(entity.offset + entity.length, clean.length) - front;
      return { ...entity, offset: start, length: end - start };
    })
    .filter(({ length }) => length > 0);
  return { text: clean.slice(front), entities: moved };
}

export function checkText({ text: shown }: Formatted, most: number, tooLong: string): void {
  if (shown.length > most) throw badRequest(tooLong);
}

export function send(
  state: BotState,
  where: z.infer<typeof place>,
  content: Formatted,
  document?: UploadedFile,
): object {
  const chat = chatFor(state, where.chat_id);
  if (where.message_thread_id !== undefined && !chat.topics.includes(where.message_thread_id)) {
    throw badRequest('message thread not found');
  }
  const replyTo = repliedTo(chat, where);
  // An answer that names no topic stands in that of what it answers.
  const thread = where.message_thread_id ?? chat.messages.find(({ id }) => id === replyTo)?.threadId;
  if (thread !== undefined && chat.closedTopics.has(thread)) throw badRequest('TOPIC_CLOSED');
  const keyboard = parseKeyboard(where.reply_markup);
  state.flood.take(chat.id);
  const message = addMessage(chat, {
    threadId: thread,
    from: state.bot,
    text: content.text,
    entities: content.entities,
    keyboard,
    replyTo,
    document,
    silent: where.disable_notification === true,
  });
  return messageObject(chat, message);
}

function repliedTo(chat: DoubleChat, { reply_parameters: reply }: z.infer<typeof place>): number | undefined {
  if (reply === undefined) return undefined;
  if (chat.messages.some(({ id, deleted }) => id === reply.message_id && !deleted)) return reply.message_id;
  if (reply.allow_sending_without_reply === true) return undefined;
  throw badRequest('message to be replied not found');
}

/** A message of the bot's own that is still there. */
export function own(
  state: BotState,
  values: z.infer<typeof target>,
  verb: 'edit' | 'delete',
): [DoubleChat, ShownMessage] {
  const chat = chatFor(state, values.chat_id);
  const message = chat.messages.find(({ id }) => id === values.message_id);
  if (message === undefined || message.deleted) throw badRequest(`message to ${verb} not found`);
  if (message.from.id !== state.bot.id)
    throw badRequest(`message can't be ${verb === 'edit' ? 'edited' : 'deleted'}`);
  return [chat, message];
}

export function edit(
  state: BotState,
  values: z.infer<typeof target>,
  content: Formatted | undefined,
): object {
  const [chat, message] = own(state, values, 'edit');
  if (content !== undefined && message.document !== undefined) {
    throw badRequest('there is no text in the message to edit');
  }
  const keyboard = parseKeyboard(values.reply_markup);
  const next = content ?? { text: message.text, entities: message.entities };
  const same =
    JSON.stringify([next.text, next.entities, keyboard]) ===
    JSON.stringify([message.text, message.entities, message.keyboard]);
  if (same) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  state.flood.take(chat.id);
  Object.assign(message, { text: next.text, entities: next.entities, keyboard });
  message.edits += 1;
  return messageObject(chat, message);
}
