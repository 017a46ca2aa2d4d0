import { projectNameSchema, sessionIdSchema, MAX_TASK_LENGTH } from '@ids/contracts';
import type { ChatInbox } from '@ids/store';
import { z } from 'zod';
import { placeSchema, type Origin } from '../place.js';

const originSchema = z.object({
  update: z.int(),
  place: placeSchema,
  asker: z.object({ id: z.int(), role: z.enum(['administrator', 'user', 'reader']) }),
  owner: z.int().optional(),
  message: z.int(),
}) satisfies z.ZodType<Origin>;

const path = z.string().min(1).max(MAX_TASK_LENGTH);
const workSchema = z.discriminatedUnion('does', [
  z.object({ does: z.literal('analyze'), project: projectNameSchema, path }),
  z.object({ does: z.literal('validate'), project: projectNameSchema, paths: z.array(path) }),
  z.object({ does: z.literal('parliament') }),
  z.object({ does: z.literal('undo'), session: sessionIdSchema }),
]);
export type Work = z.infer<typeof workSchema>;

const errandSchema = z.object({ origin: originSchema, work: workSchema });
/** What a worker is asked for an update, while its chat goes on. */
export type Errand = z.infer<typeof errandSchema>;

/** Puts an errand aside, once for its update. Errands wait for each other nowhere. */
export async function putErrand(errands: ChatInbox, origin: Origin, work: Work): Promise<void> {
  const errand: Errand = { origin, work };
  const id = String(origin.update);
  await errands.accept(id, `errand:${id}`, JSON.stringify(errand));
}

/** @throws what zod or the JSON parser throw, if it was not put by `putErrand` */
export function parseErrand(payload: string): Errand {
  return errandSchema.parse(JSON.parse(payload));
}
