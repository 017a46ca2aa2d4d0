import { join } from 'node:path';
import type { Finding } from '@ids/contracts';
import type { LocatedFinding } from '../../findings.js';
import { readLines } from '../request.js';

/** Puts the text of its line to each finding on a file of a tree; `column` turns a tool's count into characters. */
export async function locate(
  tree: string,
  findings: readonly Finding[],
  column: (line: string, column: number) => number,
): Promise<LocatedFinding[]> {
  const texts = new Map<string, string[]>();
  const located: LocatedFinding[] = [];
  for (const finding of findings) {
    const lines = texts.get(finding.path) ?? (await readLines(join(tree, finding.path))) ?? [];
    texts.set(finding.path, lines);
    const at = finding.line - 1;
    const lineText = lines[at] ?? '';
    located.push({
      finding: { ...finding, column: column(lineText, finding.column) },
      lineText,
      around: `${(lines[at - 1] ?? '').trim()}\n${(lines[at + 1] ?? '').trim()}`,
    });
  }
  return located;
}
