import { sessionSchema, stageSchema, JOBS, type JobName, type JobRequest } from '@ids/contracts';
import { z } from 'zod';

function isJobName(name: string): name is JobName {
  return Object.hasOwn(JOBS, name);
}

/** A job as it waits in the outbox and in the record; its data is parsed by the catalog. */
export const jobRequestSchema = z.custom<JobRequest>((value) => {
  const shape = z.object({ name: z.string(), id: z.string(), data: z.unknown() }).safeParse(value);
  if (!shape.success || !isJobName(shape.data.name)) return false;
  return JOBS[shape.data.name].data.safeParse(shape.data.data).success;
}, 'is not a job of the catalog');

/** What only the saga needs to know. */
export const flowSchema = z.object({
  /** Counts up with a person's guidance: each opens a new series of rounds. */
  series: z.int().positive(),
  /** The round of this series. */
  round: z.int().nonnegative(),
  guidance: z.array(z.string()),
  /** How often validation sent the change back to the coder in a row. */
  repairs: z.int().nonnegative(),
  /** How often the files had changed under the change set. */
  rebases: z.int().nonnegative(),
  /** What the next generation starts from: nothing, or the change of an attempt with its findings. */
  rework: z.object({ attempt: z.int(), cause: z.enum(['validation', 'person']) }).optional(),
  /** The jobs that carry this step; the reconciler looks for them in the queues. */
  jobs: z.array(jobRequestSchema),
  /** The stage that is at work, and when it must have ended (milliseconds since 1970). */
  stage: stageSchema.optional(),
  deadlineAt: z.number().optional(),
  /** Whether the session ever began to write; if not, there is nothing on disk to undo. */
  touched: z.boolean(),
  /** Why it is undone. */
  rollback: z.object({ origin: z.enum(['failure', 'person', 'cancel']) }).optional(),
});
export type Flow = z.infer<typeof flowSchema>;

export const recordSchema = z.object({
  /** Counts every transition; a writer that saw an older one loses. */
  version: z.int().positive(),
  /** Counts the steps that have jobs; a job of an older step leaves at once. */
  step: z.int().positive(),
  session: sessionSchema,
  flow: flowSchema,
});
/** The truth about a session. Jobs only carry it forward. */
export type SessionRecord = z.infer<typeof recordSchema>;
