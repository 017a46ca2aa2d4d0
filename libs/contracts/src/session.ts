import { isSessionId, type SessionId } from '@ids/kernel';
import { z } from 'zod';
import { layerResultSchema } from './validation.js';

export const SESSION_STATUSES = [
  'queued',
  'deliberating',
  'awaiting_guidance',
  'generating',
  'validating',
  'awaiting_approval',
  'applying',
  'rolling_back',
  'applied',
  'answered',
  'rolled_back',
  'cancelled',
  'rollback_failed',
] as const;
export const sessionStatusSchema = z.enum(SESSION_STATUSES);
export type SessionStatus = z.infer<typeof sessionStatusSchema>;

export const END_STATUSES = ['applied', 'answered', 'rolled_back', 'cancelled', 'rollback_failed'] as const;
export type EndStatus = (typeof END_STATUSES)[number];

/** Whether a session in this status is at an end. */
export function isEnd(status: SessionStatus): status is EndStatus {
  return (END_STATUSES as readonly SessionStatus[]).includes(status);
}

export const sessionIdSchema = z.custom<SessionId>(
  (value) => typeof value === 'string' && isSessionId(value),
  {
    message: 'must be a session id (sess_…)',
  },
);

export const STAGES = ['deliberation', 'generation', 'validation', 'application', 'rollback'] as const;
export const stageSchema = z.enum(STAGES);
export type Stage = z.infer<typeof stageSchema>;

/** The six specialists; the generalist is the seventh agent and synthesizes. */
export const SPECIALISTS = [
  'developer_progressive',
  'developer_critic',
  'architect_progressive',
  'architect_critic',
  'sre_progressive',
  'sre_critic',
] as const;
export const specialistSchema = z.enum(SPECIALISTS);
export type Specialist = z.infer<typeof specialistSchema>;
export const agentRoleSchema = z.enum([...SPECIALISTS, 'generalist']);
export type AgentRole = z.infer<typeof agentRoleSchema>;

const score = z.number().min(0).max(100);

/** One CROSS vote as it stands in an agent's answer (CONTRACT section 5). */
export const crossSchema = z.object({
  confidence: score,
  risk: score,
  outcome: score,
  approach: z.string(),
  concerns: z.array(z.string()),
});
export type Cross = z.infer<typeof crossSchema>;

const agentSchema = z.object({ role: agentRoleSchema, name: z.string() });
export const opinionSchema = z.union([
  agentSchema.extend(crossSchema.shape),
  agentSchema.extend({ error: z.object({ code: z.string(), message: z.string() }) }),
]);
/** A vote, or the error of an agent that gave none: a failed vote never counts as a middling one. */
export type Opinion = z.infer<typeof opinionSchema>;
export type Vote = Extract<Opinion, Cross>;

/** Whether the agent voted; if not, it carries its error. */
export function isVote(opinion: Opinion): opinion is Vote {
  return !('error' in opinion);
}

export const mergedSchema = z.object({
  avgConfidence: z.number(),
  maxRisk: z.number(),
  avgOutcome: z.number(),
  stdConfidence: z.number(),
  stdOutcome: z.number(),
});
export type Merged = z.infer<typeof mergedSchema>;

export const ROUND_DECISIONS = ['consensus', 'continue', 'dead_end'] as const;

export const roundSchema = z.object({
  number: z.int().positive(),
  opinions: z.array(opinionSchema),
  synthesis: opinionSchema,
  merged: mergedSchema,
  decision: z.enum(ROUND_DECISIONS),
  reasoning: z.string(),
});
export type Round = z.infer<typeof roundSchema>;

export const decisionSchema = z.object({
  kind: z.enum(['consensus', 'answer']),
  round: z.int().positive(),
  /** What is to be done, or for an `ask` the answer. */
  approach: z.string(),
  concerns: z.array(z.string()),
  merged: mergedSchema,
});
export type Decision = z.infer<typeof decisionSchema>;

export const OPERATIONS = ['create', 'modify', 'delete', 'rename'] as const;
export const changeSchema = z.object({
  path: z.string(),
  operation: z.enum(OPERATIONS),
  from: z.string().optional(),
  added: z.int().nonnegative(),
  removed: z.int().nonnegative(),
  backup: z.string().nullable(),
});
/** One changed file as people see it; paths are relative to the project. */
export type Change = z.infer<typeof changeSchema>;

export const usageSchema = z.object({
  calls: z.int().nonnegative(),
  promptTokens: z.int().nonnegative(),
  completionTokens: z.int().nonnegative(),
  totalTokens: z.int().nonnegative(),
});
export type Usage = z.infer<typeof usageSchema>;

export const pendingSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('approval'),
    reason: z.string(),
    actions: z.array(z.enum(['proceed', 'fix', 'cancel'])),
  }),
  z.object({ kind: z.literal('guidance'), reason: z.string(), disagreements: z.array(z.string()) }),
]);
/** What a person is asked for. */
export type Pending = z.infer<typeof pendingSchema>;

export const sessionErrorSchema = z.object({ stage: stageSchema, code: z.string(), message: z.string() });
export type SessionError = z.infer<typeof sessionErrorSchema>;

export const approvalSchema = z.enum(['never', 'warnings', 'always']);
export type Approval = z.infer<typeof approvalSchema>;
/** How many rounds of the parliament may be asked for. */
export const maxRoundsSchema = z.int().min(1).max(10);
export const sessionKindSchema = z.enum(['code', 'ask']);
export type SessionKind = z.infer<typeof sessionKindSchema>;

/** A session as the outside sees it (CONTRACT section 4). */
export const sessionSchema = z.object({
  id: sessionIdSchema,
  project: z.string(),
  kind: sessionKindSchema,
  task: z.string(),
  files: z.array(z.string()),
  approval: approvalSchema,
  maxRounds: z.int().positive(),
  status: sessionStatusSchema,
  createdAt: z.string(),
  updatedAt: z.string(),
  requestedBy: z.string(),
  rounds: z.array(roundSchema),
  decision: decisionSchema.optional(),
  changes: z.array(changeSchema),
  validation: z.array(layerResultSchema),
  attempts: z.int().nonnegative(),
  usage: usageSchema,
  pending: pendingSchema.optional(),
  error: sessionErrorSchema.optional(),
  /** Names the model, and says so if it is the built-in offline model. */
  model: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;
