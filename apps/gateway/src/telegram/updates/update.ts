import { z } from 'zod';

const id = z.int();
const personSchema = z.object({ id });
const chatSchema = z.object({ id, type: z.enum(['private', 'group', 'supergroup', 'channel']) });
const messageSchema = z.object({
  message_id: id,
  from: personSchema,
  chat: chatSchema,
  text: z.string().optional(),
  message_thread_id: id.optional(),
  is_topic_message: z.boolean().optional(),
  reply_to_message: z.object({ from: personSchema.optional() }).optional(),
  migrate_to_chat_id: id.optional(),
});
const pressSchema = z.object({
  id: z.string(),
  from: personSchema,
  data: z.string(),
  message: messageSchema.pick({
    message_id: true,
    chat: true,
    message_thread_id: true,
    is_topic_message: true,
  }),
});
const membershipSchema = z.object({
  from: personSchema,
  chat: chatSchema,
  new_chat_member: z.object({ status: z.string() }),
});

/** What IDS takes of an update (core.telegram.org/bots/api, "Update"); all else is left unread. */
const numberSchema = z.object({ update_id: z.int().nonnegative() });
const kinds = {
  message: messageSchema,
  callback_query: pressSchema,
  my_chat_member: membershipSchema,
};
export const UPDATE_KINDS = Object.keys(kinds);

export type Message = z.infer<typeof messageSchema>;
export type PressOf = z.infer<typeof pressSchema>;
export type Membership = z.infer<typeof membershipSchema>;

export type Update = { readonly number: number } & (
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'press'; readonly press: PressOf }
  | { readonly kind: 'membership'; readonly membership: Membership }
);

/** An update that IDS has use for; null if it is of another kind or malformed. */
export function parseUpdate(raw: unknown): Update | null {
  const numbered = numberSchema.safeParse(raw);
  if (!numbered.success) return null;
  const number = numbered.data.update_id;
  const message = z.object({ message: messageSchema }).safeParse(raw);
  if (message.success) return { number, kind: 'message', message: message.data.message };
  const press = z.object({ callback_query: pressSchema }).safeParse(raw);
  if (press.success) return { number, kind: 'press', press: press.data.callback_query };
  const member = z.object({ my_chat_member: membershipSchema }).safeParse(raw);
  if (member.success) return { number, kind: 'membership', membership: member.data.my_chat_member };
  return null;
}

export function senderOf(update: Update): number {
  if (update.kind === 'message') return update.message.from.id;
  return update.kind === 'press' ? update.press.from.id : update.membership.from.id;
}

export function chatOf(update: Update): number {
  if (update.kind === 'message') return update.message.chat.id;
  return update.kind === 'press' ? update.press.message.chat.id : update.membership.chat.id;
}
