/** Lines to put in the place of others: `remove` of them from `line` on, counted from 0. */
export interface LineEdit {
  readonly line: number;
  readonly remove: number;
  readonly insert: readonly string[];
}

/** A stretch of the old lines with what it becomes. */
interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly edits: readonly LineEdit[];
}

/** Lines that would be taken for a part of the edit format itself. */
const MARKER = /^\s*(<{5,}|={5,}|>{5,})/;

/** The lines after the edits, which must not overlap. */
export function applyEdits(lines: readonly string[], edits: readonly LineEdit[]): string[] {
  return replaced(lines, { start: 0, end: lines.length, edits });
}

/**
 * The edits of one file in the edit format (CONTRACT section 5): each SEARCH with as many lines around it as make it
 * unique. Null if that cannot be said in the format.
 */
export function editBlocks(
  path: string,
  lines: readonly string[],
  edits: readonly LineEdit[],
): string | null {
  const hunks: Hunk[] = [];
  for (const edit of [...edits].sort((a, b) => a.line - b.line)) {
    const hunk = grow(lines, { start: edit.line, end: edit.line + edit.remove, edits: [edit] });
    if (hunk === null) return null;
    const before = hunks.at(-1);
    if (before === undefined || before.end < hunk.start) hunks.push(hunk);
    else {
      hunks.pop();
      hunks.push(joined(before, hunk));
    }
  }
  if (hunks.some(({ start, end }) => lines.slice(start, end).some((line) => MARKER.test(line)))) return null;
  const blocks = hunks.map((hunk) => block(lines.slice(hunk.start, hunk.end), replaced(lines, hunk)));
  return [path, ...blocks].join('\n');
}

function joined(a: Hunk, b: Hunk): Hunk {
  return {
    start: Math.min(a.start, b.start),
    end: Math.max(a.end, b.end),
    edits: [...a.edits, ...b.edits],
  };
}

/** Takes lines before and after in turn until the hunk's old lines are in the file only once. */
function grow(lines: readonly string[], hunk: Hunk): Hunk | null {
  let { start, end } = hunk;
  let up = true;
  for (;;) {
    const before = free(lines, start - 1);
    const after = free(lines, end);
    if (end - start >= 3 && isUnique(lines, start, end)) return { ...hunk, start, end };
    if (!before && !after) return isUnique(lines, start, end) ? { ...hunk, start, end } : null;
    if ((up && before) || !after) start -= 1;
    else end += 1;
    up = !up;
  }
}

/** Whether a line exists and may stand in a SEARCH part. The empty one after a final line end does not count. */
function free(lines: readonly string[], at: number): boolean {
  const line = lines[at];
  if (line === undefined || MARKER.test(line)) return false;
  return at < lines.length - 1 || line !== '';
}

function isUnique(lines: readonly string[], start: number, end: number): boolean {
  if (end === start) return false;
  let found = 0;
  for (let at = 0; at + (end - start) <= lines.length; at += 1) {
    let same = 0;
    while (same < end - start && lines[at + same]?.trim() === lines[start + same]?.trim()) same += 1;
    if (same === end - start) found += 1;
  }
  return found === 1;
}

function replaced(lines: readonly string[], hunk: Hunk): string[] {
  const result: string[] = [];
  let at = hunk.start;
  for (const edit of [...hunk.edits].sort((a, b) => a.line - b.line)) {
    result.push(...lines.slice(at, edit.line), ...edit.insert);
    at = edit.line + edit.remove;
  }
  return [...result, ...lines.slice(at, hunk.end)];
}

function block(search: readonly string[], replace: readonly string[]): string {
  return ['<<<<<<< SEARCH', ...search, '=======', ...replace, '>>>>>>> REPLACE'].join('\n');
}
