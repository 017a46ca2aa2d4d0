import type { Finding } from '@ids/contracts';
import type { ModelSubject } from '../model.port.js';
import { editBlocks, type LineEdit } from './edit-blocks.js';
import { readPython } from './python/source.js';

/** pyflakes' and ruff's code for an import that nothing uses. */
const UNUSED_IMPORT = 'F401';

/** For findings that are all unused imports: the edits that take those lines away. Null for any other repair. */
export function removeUnusedImports({ findings, files }: ModelSubject): string | null {
  if (findings.length === 0 || findings.some(({ code }) => code !== UNUSED_IMPORT)) return null;
  const blocks = files
    .map(({ path, text }) =>
      withoutImports(
        path,
        text,
        findings.filter((finding) => finding.path === path),
      ),
    )
    .filter((text) => text !== null);
  return blocks.length === 0 ? null : `${blocks.join('\n\n')}\n`;
}

/** Only whole lines that import one name: which of several is unused is left to a better model. */
function withoutImports(path: string, text: string, findings: readonly Finding[]): string | null {
  const source = readPython(text);
  if (source === null) return null;
  const edits: LineEdit[] = source.statements
    .filter(({ line, endLine, code }) => {
      const single = /^(?:import\s+[\w.]+|from\s+[\w.]+\s+import\s+\w+)(?:\s+as\s+\w+)?$/u.test(code);
      return single && line === endLine && findings.some((finding) => finding.line === line + 1);
    })
    .map(({ line }) => ({ line, remove: 1, insert: [] }));
  return edits.length === 0 ? null : editBlocks(path, source.lines, edits);
}
