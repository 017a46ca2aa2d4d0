import { fileAnalysisSchema, findingSchema } from '@ids/contracts';
import { z } from 'zod';

/** What the worker answers, checked like anything from outside of this process. */
export const findingsReply = z.array(findingSchema);

export const importsReply = z.object({ findings: z.array(findingSchema), existing: z.int().nonnegative() });

export const syntaxFailureSchema = z.object({ line: z.int(), column: z.int(), message: z.string() });
export type SyntaxFailure = z.infer<typeof syntaxFailureSchema>;

export const analysisReply = z.union([
  fileAnalysisSchema.omit({ kind: true, path: true, bytes: true, python: true, pythonNote: true }),
  z.object({ failure: syntaxFailureSchema }),
]);
