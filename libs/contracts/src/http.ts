import { z } from 'zod';
import { projectNameSchema, projectSchema, projectSettingsSchema } from './project.js';
import {
  approvalSchema,
  maxRoundsSchema,
  sessionKindSchema,
  sessionSchema,
  sessionStatusSchema,
} from './session.js';

/** The longest task that is taken, in characters. */
export const MAX_TASK_LENGTH = 10_000;
const path = z.string().min(1).max(1_000);

export const createProjectBodySchema = z.strictObject({
  name: projectNameSchema,
  path: z.string().min(1).max(4_096),
  description: z.string().max(1_000).optional(),
  settings: projectSettingsSchema.optional(),
});
export type CreateProjectBody = z.infer<typeof createProjectBodySchema>;

export const updateProjectBodySchema = z.strictObject({
  description: z.string().max(1_000).optional(),
  settings: projectSettingsSchema.optional(),
  /** `false` opens a project again that a failed rollback closed. */
  closed: z.literal(false).optional(),
});
export type UpdateProjectBody = z.infer<typeof updateProjectBodySchema>;

export const createSessionBodySchema = z.strictObject({
  project: projectNameSchema,
  task: z.string().trim().min(1).max(MAX_TASK_LENGTH),
  kind: sessionKindSchema.optional(),
  files: z.array(path).max(50).optional(),
  approval: approvalSchema.optional(),
  maxRounds: maxRoundsSchema.optional(),
});
export type CreateSessionBody = z.infer<typeof createSessionBodySchema>;

export const listSessionsQuerySchema = z.strictObject({
  project: projectNameSchema.optional(),
  status: sessionStatusSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
export type ListSessionsQuery = z.infer<typeof listSessionsQuerySchema>;

export const decisionActionSchema = z.enum(['proceed', 'fix', 'cancel']);
export type DecisionAction = z.infer<typeof decisionActionSchema>;
export const decisionBodySchema = z.strictObject({ action: decisionActionSchema });
export type DecisionBody = z.infer<typeof decisionBodySchema>;
export const guidanceBodySchema = z.strictObject({ text: z.string().trim().min(1).max(MAX_TASK_LENGTH) });
export type GuidanceBody = z.infer<typeof guidanceBodySchema>;

export const analyzeBodySchema = z.strictObject({ project: projectNameSchema, path });
export type AnalyzeBody = z.infer<typeof analyzeBodySchema>;
export const validateBodySchema = z.strictObject({
  project: projectNameSchema,
  paths: z.array(path).max(500).optional(),
  /**
   * Judges what differs from git's HEAD, and only findings that it brings: `head` the working tree with files that
   * are new and not ignored, `staged` the index as it would be committed. With `paths` of these only.
   */
  against: z.enum(['head', 'staged']).optional(),
  /** With `staged`: the index in the git directory that a hook of git was given by GIT_INDEX_FILE. */
  index: z
    .string()
    .regex(/^(?:index|index\.lock|next-index-\d+\.lock)$/, 'the name of an index of git')
    .optional(),
});
export type ValidateBody = z.infer<typeof validateBodySchema>;

export const projectListSchema = z.object({ projects: z.array(projectSchema) });
export type ProjectList = z.infer<typeof projectListSchema>;
/** A page, newest first; a null cursor says that it is the last one. */
export const sessionListSchema = z.object({
  sessions: z.array(sessionSchema),
  cursor: z.string().nullable(),
});
export type SessionList = z.infer<typeof sessionListSchema>;

/** What a worker found when it was asked whether a session can be rolled back. */
export const rollbackCheckSchema = z.discriminatedUnion('kind', [
  /** There is no backup of the session. */
  z.object({ kind: z.literal('nothing') }),
  z.object({ kind: z.literal('undone'), paths: z.array(z.string()) }),
  z.object({ kind: z.literal('conflict'), paths: z.array(z.string()) }),
]);
export type RollbackCheck = z.infer<typeof rollbackCheckSchema>;

/** RFC 9457, with the stable `code` of the error map. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  instance: z.string().optional(),
  /** What the sentence is made of, for programs: paths, limits, issues. */
  details: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
