import type { TelegramRole } from '@ids/config';
import { z } from 'zod';

/** Where something was said, and where its answer goes: a chat, or one topic of a forum. */
export const placeSchema = z.object({
  chat: z.int(),
  thread: z.int().optional(),
});
export type Place = z.infer<typeof placeSchema>;

/** Who asks, by the id that Telegram gave. */
export interface Asker {
  readonly id: number;
  readonly role: TelegramRole;
}

/** What an answer needs to know of the message or the press it answers. */
export interface Origin {
  /** The number of the update: what is done for it is done once. */
  readonly update: number;
  readonly place: Place;
  readonly asker: Asker;
  /** Of a press: whose buttons they are, and so will be those of the answer. */
  readonly owner?: number | undefined;
  /** The message that asks, which the answer replies to. For a press: the message that shows the button. */
  readonly message: number;
}

/** Telegram gives people positive ids and groups negative ones (core.telegram.org/api/bots/ids). */
export function isPrivate({ chat }: Place): boolean {
  return chat > 0;
}

/** One key for each place, for what is kept by place. */
export function placeKey({ chat, thread }: Place): string {
  return thread === undefined ? String(chat) : `${chat}:${thread}`;
}

/** How a person is named in a session. */
export function requesterOf({ id }: Asker): string {
  return `telegram:${id}`;
}
