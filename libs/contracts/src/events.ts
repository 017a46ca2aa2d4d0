import { z } from 'zod';
import {
  agentRoleSchema,
  decisionSchema,
  opinionSchema,
  pendingSchema,
  roundSchema,
  sessionErrorSchema,
  sessionStatusSchema,
  changeSchema,
} from './session.js';
import { layerResultSchema } from './validation.js';

/** What happens in a session, in order. Each is appended in the same script that changes the record. */
export const sessionEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.created'), task: z.string(), project: z.string() }),
  z.object({ type: z.literal('status'), status: sessionStatusSchema, from: sessionStatusSchema }),
  z.object({ type: z.literal('round.started'), round: z.int(), roles: z.array(agentRoleSchema) }),
  z.object({ type: z.literal('opinion'), round: z.int(), opinion: opinionSchema }),
  z.object({ type: z.literal('round.decided'), round: roundSchema }),
  z.object({ type: z.literal('decision'), decision: decisionSchema }),
  z.object({ type: z.literal('generated'), attempt: z.int(), changes: z.array(changeSchema) }),
  z.object({ type: z.literal('layer'), attempt: z.int(), result: layerResultSchema }),
  z.object({ type: z.literal('pending'), pending: pendingSchema }),
  z.object({ type: z.literal('guidance'), text: z.string() }),
  z.object({ type: z.literal('decided'), action: z.enum(['proceed', 'fix', 'cancel']), by: z.string() }),
  z.object({ type: z.literal('applied'), changes: z.array(changeSchema) }),
  z.object({ type: z.literal('error'), error: sessionErrorSchema }),
  z.object({ type: z.literal('note'), text: z.string() }),
]);
export type SessionEvent = z.infer<typeof sessionEventSchema>;
export type SessionEventType = SessionEvent['type'];

export const storedEventSchema = z.object({
  /** The id in the stream; resuming after it loses nothing. */
  id: z.string(),
  at: z.string(),
  event: sessionEventSchema,
});
export type StoredEvent = z.infer<typeof storedEventSchema>;
