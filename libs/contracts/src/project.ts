import { z } from 'zod';
import { approvalSchema, maxRoundsSchema } from './session.js';
import { judgingSettingsSchema, layerSwitchSchema } from './validation.js';

export const projectNameSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/i, 'letters, digits, ".", "_" and "-", at most 64');

export const projectSettingsSchema = z.strictObject({
  /** Override ENABLE_TYPE_CHECKING, ENABLE_LINTING and ENABLE_TESTS for this project. */
  types: layerSwitchSchema.optional(),
  lint: layerSwitchSchema.optional(),
  tests: layerSwitchSchema.optional(),
  approval: approvalSchema.optional(),
  /** Rounds of the parliament at most, where a task does not say. */
  maxRounds: maxRoundsSchema.optional(),
  ...judgingSettingsSchema.shape,
});
export type ProjectSettings = z.infer<typeof projectSettingsSchema>;

export const projectSchema = z.object({
  name: projectNameSchema,
  /** Absolute, with links resolved. */
  path: z.string(),
  description: z.string(),
  settings: projectSettingsSchema,
  createdAt: z.string(),
  updatedAt: z.string(),
  /** The session whose rollback failed; while set, the project takes no further changes. */
  closedBy: z.string().optional(),
});
export type Project = z.infer<typeof projectSchema>;
