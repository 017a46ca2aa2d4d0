import { join } from 'node:path';
import type { Finding } from '@ids/contracts';
import type { PythonService } from '@ids/python';
import { z } from 'zod';
import { REFERENCE } from './comparison.js';
import { askScript } from './json-lines.js';

const verdictSchema = z.object({
  path: z.string(),
  verdict: z.object({ message: z.string(), line: z.int(), column: z.int() }).nullable(),
});
/** Why a file is no Python; null for one that is. */
export type Verdict = z.infer<typeof verdictSchema>['verdict'];

/** What `compile()` says of files of a folder, in a plain process that does nothing else. */
export async function compiled(
  python: PythonService,
  folder: string,
  paths: readonly string[],
): Promise<Map<string, Verdict>> {
  const { executable } = await python.info();
  const verdicts = new Map<string, Verdict>();
  for await (const line of askScript(executable, [REFERENCE, 'verdict', folder], paths)) {
    const { path, verdict } = verdictSchema.parse(line);
    verdicts.set(path, verdict);
  }
  return verdicts;
}

/** What `checkSyntax` says of them; what is no verdict, such as two findings on a file, as it is. */
export async function checked(
  python: PythonService,
  folder: string,
  paths: readonly string[],
): Promise<Map<string, Verdict | Finding[]>> {
  const findings = await python.checkSyntax(paths.map((path) => ({ path, file: join(folder, path) })));
  const verdicts = new Map<string, Verdict | Finding[]>(paths.map((path) => [path, null]));
  for (const path of new Set(findings.map((finding) => finding.path))) {
    const own = findings.filter((finding) => finding.path === path);
    const [first] = own;
    const one = own.length === 1 && first?.code === 'syntax-error' ? first : undefined;
    verdicts.set(
      path,
      one === undefined ? own : { message: one.message, line: one.line, column: one.column },
    );
  }
  return verdicts;
}
