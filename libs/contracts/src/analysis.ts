import { z } from 'zod';

const line = z.int().nonnegative();
const range = { line, endLine: line };

export const importSchema = z.object({
  /** As written: the module without leading dots; empty for `from . import x`. */
  module: z.string(),
  /** Leading dots. */
  level: z.int().nonnegative(),
  /** The names of a `from` import; null for a plain `import`. */
  names: z.array(z.object({ name: z.string(), alias: z.string().nullable() })).nullable(),
  alias: z.string().nullable(),
  line,
  /** Under `if TYPE_CHECKING`, in a `try`, or inside a function. */
  typeChecking: z.boolean(),
  guarded: z.boolean(),
  local: z.boolean(),
});

export const functionSchema = z.object({
  name: z.string(),
  /** With the enclosing classes and functions: `Fleet.add`. */
  qualifiedName: z.string(),
  /** As Python would write it: `(self, name: str, *, speed: float = 1.0) -> None`. */
  signature: z.string(),
  async: z.boolean(),
  generator: z.boolean(),
  decorators: z.array(z.string()),
  /** The docstring's first line. */
  doc: z.string().nullable(),
  ...range,
});

export const classSchema = z.object({
  name: z.string(),
  qualifiedName: z.string(),
  bases: z.array(z.string()),
  keywords: z.array(z.string()),
  decorators: z.array(z.string()),
  doc: z.string().nullable(),
  attributes: z.array(
    z.object({
      name: z.string(),
      annotation: z.string().nullable(),
      kind: z.enum(['class', 'instance']),
      line,
    }),
  ),
  ...range,
});

export const fileAnalysisSchema = z.object({
  kind: z.literal('file'),
  path: z.string(),
  bytes: z.int().nonnegative(),
  lines: z.int().nonnegative(),
  encoding: z.string(),
  /** The version of the interpreter whose parser decided. */
  python: z.string(),
  doc: z.string().nullable(),
  imports: z.array(importSchema),
  functions: z.array(functionSchema),
  classes: z.array(classSchema),
  globals: z.array(z.object({ name: z.string(), annotation: z.string().nullable(), line })),
});
export type FileAnalysis = z.infer<typeof fileAnalysisSchema>;

export const folderAnalysisSchema = z.object({
  kind: z.literal('folder'),
  path: z.string(),
  python: z.string(),
  files: z.int().nonnegative(),
  lines: z.int().nonnegative(),
  functions: z.int().nonnegative(),
  classes: z.int().nonnegative(),
  largest: z.array(z.object({ path: z.string(), lines: z.int() })),
  failed: z.array(z.object({ path: z.string(), line, message: z.string() })),
  /** Whether the folder holds more files than were looked at. */
  truncated: z.boolean(),
});
export type FolderAnalysis = z.infer<typeof folderAnalysisSchema>;

export const analysisSchema = z.discriminatedUnion('kind', [fileAnalysisSchema, folderAnalysisSchema]);
export type Analysis = z.infer<typeof analysisSchema>;
