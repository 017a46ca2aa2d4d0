import { join } from 'node:path';
import type { FileAnalysis } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import type { PythonService } from '@ids/python';
import { z } from 'zod';
import { differences } from './differences.js';
import { askScript, eachOf } from './json-lines.js';

/** The second implementation, in Python. */
export const REFERENCE = join(import.meta.dirname, '../reference');
const AT_ONCE = 32;

const answerSchema = z.union([
  z.strictObject({ path: z.string(), analysis: z.record(z.string(), z.unknown()) }),
  z.strictObject({ path: z.string(), failure: z.record(z.string(), z.unknown()) }),
]);

/** What both say of the files of a folder. */
export interface Comparison {
  /** Each field that differs, in words. */
  readonly differences: string[];
  /** The files that at least one of them could not parse. */
  readonly failed: { readonly path: string; readonly found: unknown; readonly expected: unknown }[];
  readonly count: Record<'files' | 'functions' | 'classes' | 'imports' | 'globals', number>;
}

/** Analyzes files of a folder by the product and by the reference. */
export async function compareAnalyses(
  python: PythonService,
  root: string,
  paths: readonly string[],
): Promise<Comparison> {
  const { executable } = await python.info();
  const result: Comparison = {
    differences: [],
    failed: [],
    count: { files: 0, functions: 0, classes: 0, imports: 0, globals: 0 },
  };
  await eachOf(askScript(executable, [REFERENCE, 'analysis', root], paths), AT_ONCE, async (answer) => {
    const expected = answerSchema.parse(answer);
    const { path } = expected;
    const found = await analyze(python, root, path);
    if ('failure' in expected || 'failure' in found) {
      result.failed.push({
        path,
        found: 'failure' in found ? found.failure : 'it was parsed',
        expected: 'failure' in expected ? expected.failure : 'it was parsed',
      });
      return;
    }
    result.differences.push(...differences(found, expected.analysis).map((each) => `${path}: ${each}`));
    result.count.files += 1;
    for (const kind of ['functions', 'classes', 'imports', 'globals'] as const) {
      result.count[kind] += found[kind].length;
    }
  });
  return result;
}

async function analyze(
  python: PythonService,
  root: string,
  path: string,
): Promise<FileAnalysis | { failure: unknown }> {
  try {
    return await python.analyzeFile(root, path);
  } catch (error) {
    if (!(error instanceof IdsError)) throw error;
    const { line, column, reason: message } = error.details;
    return {
      failure:
        error.code === 'syntax_error' ? { message, line, column } : { code: error.code, ...error.details },
    };
  }
}
