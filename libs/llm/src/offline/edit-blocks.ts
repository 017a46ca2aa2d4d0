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
  const index = new LineIndex(lines);
  const hunks: Hunk[] = [];
  for (const edit of [...edits].sort((a, b) => a.line - b.line)) {
    let hunk = grow(index, { start: edit.line, end: edit.line + edit.remove, edits: [edit] });
    if (hunk === null) return null;
    while ((hunks.at(-1)?.end ?? -1) >= hunk.start) hunk = joined(hunks.pop() ?? hunk, hunk);
    hunks.push(hunk);
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
function grow(index: LineIndex, hunk: Hunk): Hunk | null {
  const { lines } = index;
  let { start, end } = hunk;
  let up = true;
  for (;;) {
    const before = free(lines, start - 1);
    const after = free(lines, end);
    if (end - start >= 3 && index.isUnique(start, end)) return { ...hunk, start, end };
    if (!before && !after) return index.isUnique(start, end) ? { ...hunk, start, end } : null;
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

/** Lines without their surrounding space, and where each is: a SEARCH must be the only one also for a tolerant reader. */
class LineIndex {
  private readonly trimmed: readonly string[];
  private readonly places = new Map<string, number[]>();

  constructor(readonly lines: readonly string[]) {
    this.trimmed = lines.map((line) => line.trim());
    for (const [at, line] of this.trimmed.entries()) {
      const known = this.places.get(line);
      if (known === undefined) this.places.set(line, [at]);
      else known.push(at);
    }
  }

  /** Whether a stretch of lines is in the file only once; looks only where its rarest line is. */
  isUnique(start: number, end: number): boolean {
    if (start === end) return false;
    let rarest = start;
    for (let at = start; at < end; at += 1) if (this.count(at) < this.count(rarest)) rarest = at;
    const found = this.placesOf(rarest).filter((place) =>
      this.same(start, place - (rarest - start), end - start),
    );
    return found.length === 1;
  }

  private same(a: number, b: number, length: number): boolean {
    for (let at = 0; at < length; at += 1) if (this.trimmed[a + at] !== this.trimmed[b + at]) return false;
    return true;
  }

  private count(at: number): number {
    return this.placesOf(at).length;
  }

  private placesOf(at: number): readonly number[] {
    return this.places.get(this.trimmed[at] ?? '') ?? [];
  }
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
