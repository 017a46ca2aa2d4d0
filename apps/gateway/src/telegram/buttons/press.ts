import { approvalSchema, decisionActionSchema, projectNameSchema, sessionIdSchema } from '@ids/contracts';
import { z } from 'zod';

/** What the press of a button asks for. */
export const pressSchema = z.discriminatedUnion('does', [
  /** On the change of one diff only: a later one is another question. */
  z.object({
    does: z.literal('decide'),
    session: sessionIdSchema,
    action: decisionActionSchema,
    diff: z.string(),
  }),
  z.object({ does: z.literal('diff'), session: sessionIdSchema }),
  z.object({ does: z.literal('undo'), session: sessionIdSchema }),
  z.object({ does: z.literal('use-project'), project: projectNameSchema }),
  z.object({ does: z.literal('delete-project'), project: projectNameSchema }),
  z.object({ does: z.literal('keep-project'), project: projectNameSchema }),
  z.object({
    does: z.literal('set'),
    project: projectNameSchema,
    setting: z.discriminatedUnion('name', [
      z.object({ name: z.enum(['types', 'lint', 'tests']), value: z.enum(['off', 'on', 'required']) }),
      z.object({ name: z.literal('approval'), value: approvalSchema }),
      z.object({ name: z.literal('maxRounds'), value: z.int() }),
    ]),
  }),
]);
export type Press = z.infer<typeof pressSchema>;

export interface Button {
  readonly text: string;
  readonly press: Press;
}
