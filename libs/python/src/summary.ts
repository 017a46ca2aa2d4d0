import type { FileAnalysis, FolderAnalysis } from '@ids/contracts';
import type { FileFacts } from './analyses/forms.js';
import { importCircles } from './folder/circles.js';
import { entryPoints, type DeclaredScript } from './folder/entry-points.js';
import { importEdges } from './folder/import-graph.js';
import { ModuleIndex } from './folder/module-index.js';
import type { SyntaxFailure } from './replies.js';

/** The analysis of a file, or why there is none. */
export type Analyzed = FileAnalysis | { readonly path: string; readonly failure: SyntaxFailure };

/** What a summary needs of a file, or why there is nothing. */
export type Surveyed = { readonly path: string } & (
  (FileFacts & { readonly bytes: number }) | { readonly failure: SyntaxFailure }
);

const LARGEST = 10;
const EDGES = 5_000;
const CIRCLES = 50;

/**
 * The modules of some files of a project: absolute imports are looked for in the folder, unless it is a package,
 * in `src` and in the project itself.
 */
export function indexOf(
  folder: string,
  paths: readonly string[],
  outer: readonly string[] = [],
): ModuleIndex {
  const isPackage = folder === '' || paths.includes(`${folder}/__init__.py`);
  const inside = isPackage ? [] : [folder, `${folder}/src`];
  return new ModuleIndex(paths, [...inside, 'src', ''], outer);
}

export function summarize(folder: {
  readonly path: string;
  readonly python: string;
  readonly pythonNote: string | null;
  readonly truncated: boolean;
  readonly files: readonly Surveyed[];
  readonly scripts: readonly DeclaredScript[];
  /** Packages that the folder lies in. */
  readonly outer: readonly string[];
}): FolderAnalysis {
  const { path, python, pythonNote, truncated } = folder;
  const parsed = folder.files.filter((file) => 'lines' in file);
  const failed = folder.files.flatMap((file) =>
    'failure' in file ? [{ path: file.path, ...file.failure }] : [],
  );
  const sum = (of: (file: FileFacts & { bytes: number }) => number): number =>
    parsed.reduce((total, file) => total + of(file), 0);
  const paths = folder.files.map((file) => file.path);
  const index = indexOf(path, paths, folder.outer);
  const edges = importEdges(parsed, index);
  return {
    kind: 'folder',
    path,
    python,
    pythonNote,
    files: folder.files.length,
    bytes: sum((file) => file.bytes),
    lines: sum((file) => file.lines),
    functions: sum((file) => file.functions),
    classes: sum((file) => file.classes),
    largest: parsed
      .map((file) => ({ path: file.path, lines: file.lines }))
      .sort((a, b) => b.lines - a.lines)
      .slice(0, LARGEST),
    imports: {
      edges: edges.slice(0, EDGES),
      omitted: Math.max(0, edges.length - EDGES),
      circles: importCircles(edges, CIRCLES),
    },
    entryPoints: entryPoints(parsed, folder.scripts, index),
    failed,
    truncated,
  };
}
