import { diffArrays } from 'diff';
import type { LineEdit } from '../edit-blocks.js';

/** The edits that lead from some lines to others, whatever made the difference. */
export function diffEdits(before: readonly string[], after: readonly string[]): LineEdit[] {
  const edits: LineEdit[] = [];
  let line = 0;
  let open: { line: number; remove: number; insert: string[] } | undefined;
  for (const part of diffArrays([...before], [...after])) {
    if (!part.added && !part.removed) {
      open = undefined;
      line += part.value.length;
      continue;
    }
    if (open === undefined) {
      open = { line, remove: 0, insert: [] };
      edits.push(open);
    }
    if (part.added) open.insert.push(...part.value);
    else {
      open.remove += part.value.length;
      line += part.value.length;
    }
  }
  return edits;
}
