import { z } from 'zod';
import { placeSchema, type Place } from '../place.js';

const id = z.int();
/** Telegram sends at most 4,096 characters, of which each takes one or two units here. */
const MAX_TEXT = 8_192;
const asked = { update: id, place: placeSchema, asker: id, message: id };

/** What is kept of an update until it was worked on: no more of it is used. */
export const keptUpdateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), ...asked, text: z.string() }),
  z.object({ kind: z.literal('press'), ...asked, query: z.string(), data: z.string() }),
  z.object({ kind: z.literal('membership'), chat: id, open: z.boolean() }),
  z.object({ kind: z.literal('migration'), chat: id, from: id, to: id }),
]);
export type KeptUpdate = z.infer<typeof keptUpdateSchema>;
export type Asked = Extract<KeptUpdate, { kind: 'message' | 'press' }>;

/** `ignored`: there is no use for it; `malformed`: it is not what core.telegram.org/bots/api says. */
type Reading = KeptUpdate | 'ignored' | 'malformed';

const inPlace = {
  message_id: id,
  chat: z.object({ id }),
  message_thread_id: id.optional(),
  is_topic_message: z.boolean().optional(),
};
const personSchema = z.object({ id });

const messageSchema = z.object({
  ...inPlace,
  from: personSchema,
  text: z.string().max(MAX_TEXT).optional(),
  reply_to_message: z.object({ from: personSchema.optional() }).optional(),
  migrate_to_chat_id: id.optional(),
  migrate_from_chat_id: id.optional(),
});
const pressSchema = z.object({
  id: z.string(),
  from: personSchema,
  data: z.string().max(MAX_TEXT).optional(),
  message: z.object(inPlace).optional(),
});
const membershipSchema = z.object({
  chat: z.object({ id }),
  new_chat_member: z.object({
    status: z.string(),
    is_member: z.boolean().optional(),
    can_send_messages: z.boolean().optional(),
  }),
});

const READERS: Readonly<Record<string, (content: unknown, number: number, bot: number) => Reading>> = {
  message: readMessage,
  callback_query: readPress,
  my_chat_member: readMembership,
};

/** The kinds that are asked for; others may come all the same. */
export const UPDATE_KINDS = Object.keys(READERS);

/** What there is to do for an update of this kind, which is not trusted to be well-formed; `bot` is the bot's id. */
export function readUpdate(kind: string, content: unknown, number: number, bot: number): Reading {
  const reader = Object.hasOwn(READERS, kind) ? READERS[kind] : undefined;
  return reader === undefined ? 'ignored' : reader(content, number, bot);
}

/** The chat whose updates are worked on in their order. */
export function chatOf(update: KeptUpdate): number {
  return update.kind === 'message' || update.kind === 'press' ? update.place.chat : update.chat;
}

function readMessage(content: unknown, number: number, bot: number): Reading {
  const { data: message } = messageSchema.safeParse(content);
  if (message === undefined) return 'malformed';
  const { chat, text, migrate_to_chat_id: to, migrate_from_chat_id: from } = message;
  if (to !== undefined) return migration(chat.id, chat.id, to);
  if (from !== undefined) return migration(chat.id, from, chat.id);
  if (text === undefined || !isForBots(message, bot)) return 'ignored';
  return {
    kind: 'message',
    update: number,
    place: placeOf(message),
    asker: message.from.id,
    message: message.message_id,
    text,
  };
}

function readPress(content: unknown, number: number): Reading {
  const { data: press } = pressSchema.safeParse(content);
  if (press === undefined) return 'malformed';
  // Without a message it is a button of an inline message or a game: this bot makes neither.
  if (press.data === undefined || press.message === undefined) return 'ignored';
  return {
    kind: 'press',
    update: number,
    place: placeOf(press.message),
    asker: press.from.id,
    message: press.message.message_id,
    query: press.id,
    data: press.data,
  };
}

function readMembership(content: unknown): Reading {
  const { data: change } = membershipSchema.safeParse(content);
  if (change === undefined) return 'malformed';
  const { status, is_member: isMember, can_send_messages: canSend } = change.new_chat_member;
  const isIn =
    status === 'restricted' ? isMember === true && canSend !== false : !/^(?:left|kicked)$/.test(status);
  return { kind: 'membership', chat: change.chat.id, open: isIn };
}

/** Only groups change into others, and their ids are negative (core.telegram.org/bots/api, "Message"). */
function migration(chat: number, from: number, to: number): Reading {
  return from < 0 && to < 0 ? { kind: 'migration', chat, from, to } : 'malformed';
}

/** In groups people also talk with each other: only commands, and answers to the bot, are for bots. */
function isForBots(
  { chat, text = '', reply_to_message: replied }: z.infer<typeof messageSchema>,
  bot: number,
): boolean {
  return chat.id > 0 || /^\/\w/.test(text) || replied?.from?.id === bot;
}

/** A thread that is no topic is one of answers, to which nothing can be sent. */
function placeOf(message: {
  readonly chat: { readonly id: number };
  readonly message_thread_id?: number | undefined;
  readonly is_topic_message?: boolean | undefined;
}): Place {
  const { chat, message_thread_id: thread, is_topic_message: inTopic } = message;
  return inTopic === true && thread !== undefined ? { chat: chat.id, thread } : { chat: chat.id };
}
