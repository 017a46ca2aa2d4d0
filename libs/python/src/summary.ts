import type { FileAnalysis, FolderAnalysis } from '@ids/contracts';
import type { SyntaxFailure } from './replies.js';

/** The analysis of a file, or why there is none. */
export type Analyzed = FileAnalysis | { readonly path: string; readonly failure: SyntaxFailure };

const LARGEST = 10;

export function summarize(folder: {
  readonly path: string;
  readonly python: string;
  readonly truncated: boolean;
  readonly files: readonly Analyzed[];
}): FolderAnalysis {
  const parsed = folder.files.filter((file) => 'kind' in file);
  const failed = folder.files.flatMap((file) =>
    'failure' in file ? [{ path: file.path, ...file.failure }] : [],
  );
  const sum = (of: (file: FileAnalysis) => number): number =>
    parsed.reduce((total, file) => total + of(file), 0);
  return {
    kind: 'folder',
    path: folder.path,
    python: folder.python,
    pythonNote: null,
    bytes: sum((file) => file.bytes),
    imports: { edges: [], omitted: 0, circles: [] },
    entryPoints: [],
    files: folder.files.length,
    lines: sum((file) => file.lines),
    functions: sum((file) => file.functions.length),
    classes: sum((file) => file.classes.length),
    largest: parsed
      .map(({ path, lines }) => ({ path, lines }))
      .sort((a, b) => b.lines - a.lines)
      .slice(0, LARGEST),
    failed,
    truncated: folder.truncated,
  };
}
