import type { LineEdit } from '../edit-blocks.js';
import type { PythonSource } from '../python/source.js';

/** What a rule would do to a file. */
export interface FilePlan {
  readonly edits: readonly LineEdit[];
  /** What the edits do, in a few words for people: `log in add, remove`. */
  readonly summary: string;
}

/** Plans a task on one file; no edits if there is nothing left to do. */
export type PlanFile = (source: PythonSource, path: string) => FilePlan;

/** The indentation of one level in a file, as most of its blocks have it. */
export function indentUnit(source: PythonSource): string {
  for (const line of source.statements) {
    const [first] = line.body;
    if (first !== undefined && first.indent.length > line.indent.length)
      return first.indent.slice(line.indent.length);
  }
  return '    ';
}

/** The quote that the file's own strings use most. */
export function quoteOf(source: PythonSource): '"' | "'" {
  const count = (mark: string): number => source.text.split(mark).length;
  return count("'") > count('"') ? "'" : '"';
}

/** How long a line of the file may become: as its own lines say. */
export function lineLimit(source: PythonSource): number {
  const longest = Math.max(...source.lines.map((line) => line.length));
  return longest > 88 ? Math.min(longest, 120) : 88;
}
