import { z } from 'zod';
import { badRequest } from './refusal.js';

/** core.telegram.org/bots/api, "InlineKeyboardButton": exactly one of the optional fields; callback_data is 1 to 64 bytes. */
const buttonSchema = z.strictObject({
  text: z.string(),
  callback_data: z.string().optional(),
  url: z.string().optional(),
});
const markupSchema = z.strictObject({ inline_keyboard: z.array(z.array(buttonSchema)) });
export type Button = z.infer<typeof buttonSchema>;
export type Keyboard = readonly (readonly Button[])[];

const MOST_BUTTONS = 100;

/** The rows of an inline keyboard. @throws Refusal */
export function parseKeyboard(markup: unknown): Keyboard {
  if (markup === undefined) return [];
  const parsed = markupSchema.safeParse(markup);
  if (!parsed.success) throw badRequest('object expected as reply markup');
  const rows = parsed.data.inline_keyboard;
  const buttons = rows.flat();
  if (buttons.length > MOST_BUTTONS) throw badRequest('reply markup is too long');
  for (const button of buttons) checkButton(button);
  return rows.filter((row) => row.length > 0);
}

function checkButton({ text, callback_data: data, url }: Button): void {
  if (text.trim() === '') throw badRequest("can't parse inline keyboard button: Text must be non-empty");
  if ((data === undefined) === (url === undefined)) {
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  }
  const bytes = Buffer.byteLength(data ?? 'x');
  if (bytes < 1 || bytes > 64) throw badRequest('BUTTON_DATA_INVALID');
}
