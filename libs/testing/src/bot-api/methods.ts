import { z } from 'zod';
import { chatObject } from './chats.js';
import {
  chatFor,
  chatId,
  checkText,
  edit,
  entitySchema,
  formatted,
  own,
  place,
  read,
  send,
  target,
  text,
  type BotState,
} from './messages.js';
import type { Parameters, UploadedFile } from './parameters.js';
import { badRequest, Refusal } from './refusal.js';

type Method = (state: BotState, values: unknown, files: ReadonlyMap<string, UploadedFile>) => unknown;

const MAX_TEXT = 4_096;
const MAX_CAPTION = 1_024;
const MAX_ALERT = 200;

/** The methods of core.telegram.org/bots/api that IDS may use; any other one is a 404, as a wrong name is. */
export const METHODS: Readonly<Record<string, Method>> = {
  getme: ({ bot }) => ({
    ...bot,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
  }),
  sendmessage: (state, values) => {
    const given = read(place.extend({ text, entities: z.array(entitySchema).optional() }), values);
    const content = formatted(given.text, given.parse_mode, given.entities);
    if (content.text === '') throw badRequest('message text is empty');
    checkText(content, MAX_TEXT, 'message is too long');
    return send(state, given, content);
  },
  senddocument: (state, values, files) => {
    const given = read(
      place.extend({
        caption: text.optional(),
        caption_entities: z.array(entitySchema).optional(),
        document: z.string().optional(),
      }),
      values,
    );
    const content = formatted(given.caption ?? '', given.parse_mode, given.caption_entities);
    checkText(content, MAX_CAPTION, 'message caption is too long');
    const file = files.get((given.document ?? 'document').replace('attach://', ''));
    if (file === undefined) throw badRequest('there is no document in the request');
    if (file.bytes.length === 0) throw badRequest('file must be non-empty');
    return send(state, given, content, file);
  },
  editmessagetext: (state, values) => {
    const given = read(
      target.extend({ text, parse_mode: z.string().optional(), entities: z.array(entitySchema).optional() }),
      values,
    );
    const content = formatted(given.text, given.parse_mode, given.entities);
    if (content.text === '') throw badRequest('message text is empty');
    checkText(content, MAX_TEXT, 'MESSAGE_TOO_LONG');
    return edit(state, given, content);
  },
  editmessagereplymarkup: (state, values) => edit(state, read(target, values), undefined),
  deletemessage: (state, values) => {
    const [, message] = own(state, read(target, values), 'delete');
    message.deleted = true;
    return true;
  },
  answercallbackquery: (state, values) => {
    const given = read(
      z.object({ callback_query_id: text, text: text.optional(), show_alert: z.boolean().optional() }),
      values,
    );
    if (!state.queries.delete(given.callback_query_id)) {
      throw badRequest('query is too old and response timeout expired or query ID is invalid');
    }
    if ((given.text ?? '').length > MAX_ALERT) throw badRequest('MESSAGE_TOO_LONG');
    state.answers.push({
      query: given.callback_query_id,
      text: given.text ?? '',
      alert: given.show_alert === true,
    });
    return true;
  },
  sendchataction: (state, values) => {
    const given = read(place.extend({ action: z.string() }), values);
    chatFor(state, given.chat_id);
    return true;
  },
  getchat: (state, values) => chatObject(chatFor(state, read(z.object({ chat_id: chatId }), values).chat_id)),
  setmycommands: (state, values) => {
    const given = read(
      z.object({
        commands: z.array(z.object({ command: z.string(), description: z.string() })),
        scope: z.object({ type: z.string() }).loose().optional(),
        language_code: z.string().optional(),
      }),
      values,
    );
    if (given.commands.length > 100) throw badRequest('BOT_COMMANDS_TOO_MUCH');
    for (const { command, description } of given.commands) {
      if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
      if (description.length < 1 || description.length > 256) {
        throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
      }
    }
    state.commands.set(
      `${JSON.stringify(given.scope ?? { type: 'default' })}${given.language_code ?? ''}`,
      given.commands,
    );
    return true;
  },
  getupdates: async ({ updates }, values) => {
    const given = read(
      z.object({
        offset: z.number().optional(),
        limit: z.number().min(1).max(100).optional(),
        timeout: z.number().optional(),
      }),
      values,
    );
    return await updates.get(given.offset ?? 0, given.limit ?? 100, given.timeout ?? 0);
  },
  setwebhook: ({ updates }, values) => {
    const given = read(
      z.object({
        url: z.string(),
        secret_token: text.optional(),
        drop_pending_updates: z.boolean().optional(),
      }),
      values,
    );
    const secret = given.secret_token;
    if (secret !== undefined && secret.length > 256) throw badRequest('secret token is too long');
    if (secret !== undefined && !/^[\w-]+$/.test(secret)) {
      throw badRequest('secret token contains unallowed characters');
    }
    if (given.drop_pending_updates === true) updates.drop();
    updates.setWebhook(given.url === '' ? undefined : { url: given.url, secret });
    return true;
  },
  deletewebhook: ({ updates }, values) => {
    const given = read(z.object({ drop_pending_updates: z.boolean().optional() }), values);
    if (given.drop_pending_updates === true) updates.drop();
    updates.setWebhook(undefined);
    return true;
  },
  getwebhookinfo: ({ updates }) => ({
    url: updates.hook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: updates.pending,
  }),
};

/** Runs a method by its name, which is not case sensitive. */
export async function callMethod(
  state: BotState,
  name: string,
  { values, files }: Parameters,
): Promise<unknown> {
  const method = METHODS[name.toLowerCase()];
  if (method === undefined) throw new Refusal(404, 'Not Found: method not found');
  return await method(state, values, files);
}
