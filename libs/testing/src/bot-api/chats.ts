import type { Entity } from './html.js';
import type { Keyboard } from './keyboard.js';

/** core.telegram.org/bots/api, "User". */
export interface BotUser {
  readonly id: number;
  readonly is_bot: boolean;
  readonly first_name: string;
  readonly username?: string;
}

export type ChatType = 'private' | 'group' | 'supergroup' | 'channel';

/** What a chat shows, as its members see it. */
export interface ShownMessage {
  readonly id: number;
  readonly threadId: number | undefined;
  readonly from: BotUser;
  readonly date: number;
  text: string;
  entities: readonly Entity[];
  keyboard: Keyboard;
  readonly replyTo: number | undefined;
  readonly document: { readonly name: string; readonly bytes: Buffer } | undefined;
  readonly silent: boolean;
  /** How often it was edited. */
  edits: number;
  deleted: boolean;
}

export interface DoubleChat {
  id: number;
  type: ChatType;
  readonly title: string;
  /** Topics of a forum; messages outside of them stand in the general one. */
  readonly topics: readonly number[];
  /** Those in which only administrators may write. */
  readonly closedTopics: Set<number>;
  readonly messages: ShownMessage[];
  /** The person blocked the bot, or the bot was removed. */
  closed: 'blocked' | 'kicked' | undefined;
  /** The supergroup that a group became. */
  migratedTo: number | undefined;
  nextMessageId: number;
}

export function newChat(id: number, type: ChatType, topics: readonly number[] = []): DoubleChat {
  return {
    id,
    type,
    title: `chat ${id}`,
    topics,
    closedTopics: new Set(),
    messages: [],
    closed: undefined,
    migratedTo: undefined,
    nextMessageId: 1,
  };
}

export function addMessage(
  chat: DoubleChat,
  message: Omit<ShownMessage, 'id' | 'date' | 'edits' | 'deleted'>,
): ShownMessage {
  const shown = {
    ...message,
    id: chat.nextMessageId++,
    date: Math.floor(Date.now() / 1_000),
    edits: 0,
    deleted: false,
  };
  chat.messages.push(shown);
  return shown;
}

/** core.telegram.org/bots/api, "Chat". */
export function chatObject(chat: DoubleChat): object {
  if (chat.type === 'private') return { id: chat.id, type: chat.type, first_name: `person ${chat.id}` };
  return {
    id: chat.id,
    type: chat.type,
    title: chat.title,
    ...(chat.topics.length > 0 ? { is_forum: true } : {}),
  };
}

/** core.telegram.org/bots/api, "Message". */
export function messageObject(chat: DoubleChat, message: ShownMessage): object {
  const replied = chat.messages.find(({ id }) => id === message.replyTo);
  const body =
    message.document === undefined
      ? { text: message.text, ...entitiesOf('entities', message) }
      : {
          document: {
            file_id: `file-${chat.id}-${message.id}`,
            file_unique_id: `unique-${chat.id}-${message.id}`,
            file_name: message.document.name,
            file_size: message.document.bytes.length,
          },
          ...(message.text === ''
            ? {}
            : { caption: message.text, ...entitiesOf('caption_entities', message) }),
        };
  return {
    message_id: message.id,
    from: message.from,
    chat: chatObject(chat),
    date: message.date,
    ...(message.threadId === undefined
      ? {}
      : { message_thread_id: message.threadId, is_topic_message: true }),
    ...(replied === undefined
      ? {}
      : { reply_to_message: messageObject(chat, { ...replied, replyTo: undefined }) }),
    ...body,
    ...(message.keyboard.length === 0 ? {} : { reply_markup: { inline_keyboard: message.keyboard } }),
  };
}

function entitiesOf(key: string, { entities }: ShownMessage): object {
  return entities.length === 0 ? {} : { [key]: entities };
}
