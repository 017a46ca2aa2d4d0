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

/** What a validation against git's HEAD compared. */
export const comparisonSchema = z.object({
  against: z.enum(['head', 'staged']),
  /** The commit of HEAD; null where there is none yet, so that everything is new. */
  commit: z.string().nullable(),
  /** The files whose changes were judged. */
  files: z.array(
    z.object({
      path: z.string(),
      operation: z.enum(['create', 'modify', 'delete', 'rename']),
      /** Of a renamed file. */
      from: z.string().optional(),
    }),
  ),
});
export type Comparison = z.infer<typeof comparisonSchema>;

export const validateAnswerSchema = z.object({
  passed: z.boolean(),
  layers: z.array(layerResultSchema),
  /** Set where the request said `against`. */
  comparison: comparisonSchema.optional(),
});
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

/** What a finding of a code counts as: it fails its layer, asks the person, or is dropped. */
export const severitySettingSchema = z.enum(['error', 'warning', 'ignore']);
export type SeveritySetting = z.infer<typeof severitySettingSchema>;

/** How a project is judged, besides which layers are on. */
export const judgingSettingsSchema = z.object({
  /**
   * The project's Python: a version (`3.12`), or the folder of its virtual environment (`.venv`), whose tools
   * may then be started. Without it the project's files decide (`.venv`, `.python-version`, `requires-python`).
   */
  python: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\w./-]+$/, 'a version such as 3.12, or a folder of the project')
    .optional(),
  /** By code, or the beginning of one: `{"F401": "ignore", "E": "error"}`; the longest that fits decides. */
  severities: z.record(z.string().min(1).max(60), severitySettingSchema).optional(),
  /** How the tests are started, without a shell; the program is one of the sandbox. */
  testCommand: z.array(z.string().min(1).max(500)).min(1).max(50).optional(),
  /** `unsandboxed` lets tests run without bubblewrap where it does not work: with all rights of the worker. */
  testSandbox: z.enum(['required', 'unsandboxed']).optional(),
  /** What one run of the tests may take; a change with failing tests needs up to three. */
  testSeconds: z.int().min(1).max(3_600).optional(),
  /** How large a project may be to be copied for its tests. */
  testCopyMb: z.int().min(1).max(1_000_000).optional(),
});
export type JudgingSettings = z.infer<typeof judgingSettingsSchema>;

/** Everything that decides how a project is validated. */
export type ValidationSettings = LayerSwitches & JudgingSettings;
