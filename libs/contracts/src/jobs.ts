import { z } from 'zod';
import { sessionIdSchema, specialistSchema } from './session.js';

/** Raised when a payload's meaning changes; a worker leaves jobs of another version to one that knows it. */
export const CONTRACT_VERSION = 1;

export const QUEUES = [
  'deliberation',
  'generation',
  'validation',
  'application',
  'rollback',
  'inspection',
  'maintenance',
] as const;
export const queueNameSchema = z.enum(QUEUES);
export type QueueName = z.infer<typeof queueNameSchema>;

/** Ids only: contents live in the store, so a job can run twice, late or on another machine. */
const stepSchema = z.strictObject({
  sessionId: sessionIdSchema,
  step: z.int().positive(),
  contractVersion: z.literal(CONTRACT_VERSION),
});
const inspectionSchema = z.strictObject({
  contractVersion: z.literal(CONTRACT_VERSION),
  project: z.string(),
});
const bareSchema = z.strictObject({ contractVersion: z.literal(CONTRACT_VERSION) });

/**
 * The catalog of jobs: each with its queue and its payload. Options stand in `libs/queue`, handlers in
 * `apps/worker`; both are records over `JobName`, so a job without either does not compile.
 */
export const JOBS = {
  /** Opens a round: gathers what the agents see, then lets six opinions be asked in parallel. */
  round: { queue: 'deliberation', data: stepSchema },
  opinion: { queue: 'deliberation', data: stepSchema.extend({ role: specialistSchema }) },
  synthesis: { queue: 'deliberation', data: stepSchema },
  generation: { queue: 'generation', data: stepSchema },
  validation: { queue: 'validation', data: stepSchema },
  application: { queue: 'application', data: stepSchema },
  rollback: { queue: 'rollback', data: stepSchema.pick({ sessionId: true, contractVersion: true }) },
  'analyze-path': { queue: 'inspection', data: inspectionSchema.extend({ path: z.string() }) },
  'validate-paths': {
    queue: 'inspection',
    data: inspectionSchema.extend({
      paths: z.array(z.string()).optional(),
      against: z.enum(['head', 'staged']).optional(),
      index: z.string().optional(),
    }),
  },
  'check-rollback': { queue: 'inspection', data: inspectionSchema.extend({ sessionId: sessionIdSchema }) },
  /** Who sits in the parliament; only workers know. */
  parliament: { queue: 'inspection', data: bareSchema },
  reconcile: { queue: 'maintenance', data: bareSchema },
  retention: { queue: 'maintenance', data: bareSchema },
} as const satisfies Record<string, { queue: QueueName; data: z.ZodType }>;

export type JobName = keyof typeof JOBS;
export type JobData<N extends JobName> = z.infer<(typeof JOBS)[N]['data']>;
export const JOB_NAMES = Object.keys(JOBS).filter((name): name is JobName => name in JOBS);

/** A job that a transition asks for; it goes through the outbox, so it cannot be lost between script and queue. */
export type JobRequest = {
  [N in JobName]: { readonly name: N; readonly id: string; readonly data: JobData<N> };
}[JobName];
