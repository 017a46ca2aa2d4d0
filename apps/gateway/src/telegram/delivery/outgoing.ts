import { z } from 'zod';
import { placeSchema } from '../place.js';

const entitySchema = z.object({
  type: z.enum(['bold', 'italic', 'code', 'pre']),
  offset: z.int(),
  length: z.int(),
  language: z.string().optional(),
});
const textSchema = z.object({ text: z.string(), entities: z.array(entitySchema) });
/** Rows of buttons; the data is opaque (see ../buttons). */
const keyboardSchema = z.array(z.array(z.object({ text: z.string(), data: z.string() })));
export type Keyboard = z.infer<typeof keyboardSchema>;

const sent = { place: placeSchema, replyTo: z.int().optional() };

/** What waits in the outbox of chats. Parsed again when its turn comes. */
export const outgoingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), ...sent, ...textSchema.shape, keyboard: keyboardSchema }),
  z.object({
    kind: z.literal('document'),
    ...sent,
    name: z.string(),
    content: z.string(),
    caption: textSchema,
    keyboard: keyboardSchema,
  }),
  /** The one message of a session that shows its progress: sent the first time, edited from then on. */
  z.object({
    kind: z.literal('living'),
    ...sent,
    session: z.string(),
    ...textSchema.shape,
    keyboard: keyboardSchema,
  }),
  /** Replaces what a message of the bot shows. */
  z.object({
    kind: z.literal('edit'),
    place: placeSchema,
    message: z.int(),
    ...textSchema.shape,
    keyboard: keyboardSchema,
  }),
  /** Takes the buttons off a message of the bot. */
  z.object({ kind: z.literal('unbutton'), place: placeSchema, message: z.int() }),
]);
export type Outgoing = z.infer<typeof outgoingSchema>;
