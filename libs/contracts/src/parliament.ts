import { z } from 'zod';
import { agentRoleSchema } from './session.js';

const score = z.number().min(0).max(100);

/** What the merged votes of a round must reach for a consensus. */
export const thresholdsSchema = z.strictObject({
  minConfidence: score,
  maxRisk: score,
  minOutcome: score,
  maxConfidenceSpread: score,
});
export type Thresholds = z.infer<typeof thresholdsSchema>;

/** The parliament as people see it. */
export const parliamentViewSchema = z.object({
  members: z.array(
    z.object({
      role: agentRoleSchema,
      name: z.string(),
      title: z.string(),
      /** The first sentence of what the member is told to be. */
      brief: z.string(),
    }),
  ),
  /** By round; the last one holds for all rounds beyond. */
  rounds: z.array(thresholdsSchema),
});
export type ParliamentView = z.infer<typeof parliamentViewSchema>;
