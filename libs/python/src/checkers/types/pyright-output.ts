import type { Finding } from '@ids/contracts';
import { z } from 'zod';
import { parseJson } from '../../interpreter.js';

const outputSchema = z.object({
  summary: z.object({ filesAnalyzed: z.int() }),
  generalDiagnostics: z.array(
    z.object({
      file: z.string(),
      severity: z.string(),
      message: z.string(),
      range: z
        .object({ start: z.object({ line: z.int().nonnegative(), character: z.int().nonnegative() }) })
        .optional(),
      rule: z.string().optional(),
    }),
  ),
});

/** What pyright cannot find is judged by the import layer. */
const IMPORT_RULES = new Set(['reportMissingImports', 'reportMissingModuleSource', 'reportMissingTypeStubs']);
const UNRESOLVED = /^(?:Import|Stub file not found for) "([^"]+)"/;
const SUBMODULE = /^"([^"]+)" is not a known attribute of module "([^"]+)"/;
const LONGEST = 1_000;

export interface PyrightOutput {
  /** Columns count from 1 in UTF-16 units. */
  readonly findings: readonly Finding[];
  /** How many files it looked at. */
  readonly files: number;
}

/** Reads pyright's JSON. Undefined if it is something else. */
export function readPyrightOutput(output: string, tree: string): PyrightOutput | undefined {
  const parsed = outputSchema.safeParse(parseJson(output));
  if (!parsed.success) return undefined;
  const findings: Finding[] = [];
  const missing = new Set<string>();
  for (const { file, severity, message, range, rule } of parsed.data.generalDiagnostics) {
    if (!file.startsWith(`${tree}/`) || (severity !== 'error' && severity !== 'warning')) continue;
    if (rule !== undefined && IMPORT_RULES.has(rule)) {
      missing.add(UNRESOLVED.exec(message)?.[1] ?? '');
      continue;
    }
    const { line, character } = range?.start ?? { line: 0, character: 0 };
    const path = file.slice(tree.length + 1);
    const code = rule ?? 'syntax';
    findings.push({ path, line: line + 1, column: character + 1, code, severity, message: oneLine(message) });
  }
  const known = findings.filter(({ message }) => {
    const [, name = '', module = ''] = SUBMODULE.exec(message) ?? [];
    return !missing.has(`${module}.${name}`);
  });
  return { findings: known, files: parsed.data.summary.filesAnalyzed };
}

/** The explanations below a message, which pyright indents. */
function oneLine(message: string): string {
  const lines = message.split('\n').flatMap((line) => line.replaceAll('\u{a0}', ' ').trim() || []);
  return lines.join('; ').slice(0, LONGEST);
}

/** pyright counts in UTF-16 units. */
export function columnOfUnits(line: string, column: number): number {
  return Array.from(line.slice(0, column - 1)).length + 1;
}
