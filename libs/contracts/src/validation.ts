import { z } from 'zod';

export const LAYERS = ['syntax', 'imports', 'types', 'lint', 'tests'] as const;
export const layerSchema = z.enum(LAYERS);
export type Layer = z.infer<typeof layerSchema>;

export const findingSchema = z.object({
  path: z.string(),
  /** From 1. */
  line: z.int().nonnegative(),
  /** From 1, in characters. */
  column: z.int().nonnegative(),
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

export const layerResultSchema = z.object({
  layer: layerSchema,
  status: z.enum(['passed', 'failed', 'warnings', 'skipped']),
  findings: z.array(findingSchema),
  /** Why it was skipped, or what else is to be known; not set if there is nothing to say. */
  reason: z.string().optional(),
  /** The tool that judged, with its version. */
  tool: z.string().optional(),
  /** Findings that were there before the change: counted, never blamed on it. */
  existing: z.int().nonnegative().optional(),
  milliseconds: z.number().nonnegative().optional(),
});
export type LayerResult = z.infer<typeof layerResultSchema>;

export const validateAnswerSchema = z.object({ passed: z.boolean(), layers: z.array(layerResultSchema) });
export type ValidateAnswer = z.infer<typeof validateAnswerSchema>;

/** An optional layer: off, on, or on and failing the session when its tool is missing. */
export const layerSwitchSchema = z.union([z.boolean(), z.literal('required')]);
export type LayerSwitch = z.infer<typeof layerSwitchSchema>;

export const layerSwitchesSchema = z.object({
  types: layerSwitchSchema,
  lint: layerSwitchSchema,
  tests: layerSwitchSchema,
});
export type LayerSwitches = z.infer<typeof layerSwitchesSchema>;
