import type { Change, ChangeSet, PlannedChange } from '@ids/contracts';
import { structuredPatch, type StructuredPatchHunk } from 'diff';
import { binaryPatch, blobId } from './git-binary.js';

/** Two versions further apart than this are shown as all lines taken out and all put in. */
const MAX_EDIT_LENGTH = 1_000;

interface Sides {
  readonly from: string;
  readonly to: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
}

/** The change set as one diff that `git apply` takes; files that are not UTF-8 stand in it as binary patches. */
export function renderDiff(changes: ChangeSet): string {
  return changes.map(renderChange).join('');
}

/** The change set as people see it, before anything was backed up. */
export function summarize(changes: ChangeSet): Change[] {
  return changes.map((change) => {
    const lines = hunksOf(sidesOf(change)).flatMap((hunk) => hunk.lines);
    return {
      path: change.path,
      operation: change.operation,
      ...(change.operation === 'rename' ? { from: change.from } : {}),
      added: lines.filter((line) => line.startsWith('+')).length,
      removed: lines.filter((line) => line.startsWith('-')).length,
      backup: null,
    };
  });
}

function sidesOf(change: PlannedChange): Sides {
  return {
    from: change.operation === 'rename' ? change.from : change.path,
    to: change.path,
    before: change.operation === 'create' ? undefined : Buffer.from(change.before, 'base64'),
    after: change.operation === 'delete' ? undefined : Buffer.from(change.after, 'base64'),
  };
}

function renderChange(change: PlannedChange): string {
  const sides = sidesOf(change);
  const lines = [`diff --git ${quoted(`a/${sides.from}`)} ${quoted(`b/${sides.to}`)}`];
  if (change.operation === 'create') lines.push('new file mode 100644');
  if (change.operation === 'delete') lines.push('deleted file mode 100644');
  const hunks = hunksOf(sides);
  if (change.operation === 'rename') {
    lines.push(`similarity index ${similarity(sides, hunks)}%`);
    lines.push(`rename from ${quoted(change.from)}`, `rename to ${quoted(change.path)}`);
  }
  if (same(sides)) return `${lines.join('\n')}\n`;
  const text = isText(sides.before) && isText(sides.after);
  // A binary patch needs the whole names of what it joins; in a text patch they are only for people.
  const [before, after] = [blobId(sides.before), blobId(sides.after)];
  lines.push(text ? `index ${before.slice(0, 7)}..${after.slice(0, 7)}` : `index ${before}..${after}`);
  const patch = text ? textPatch(sides, hunks) : binaryPatch(sides.before, sides.after);
  return `${lines.join('\n')}\n${patch}`;
}

function textPatch(sides: Sides, hunks: readonly StructuredPatchHunk[]): string {
  const lines = [
    `--- ${sides.before === undefined ? '/dev/null' : fileName(`a/${sides.from}`)}`,
    `+++ ${sides.after === undefined ? '/dev/null' : fileName(`b/${sides.to}`)}`,
  ];
  for (const hunk of hunks) {
    lines.push(`@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`);
    lines.push(...hunk.lines.map((line) => Buffer.from(line, 'latin1').toString('utf8')));
  }
  return `${lines.join('\n')}\n`;
}

/** Compared as bytes (latin1 is one character a byte), so that no encoding and no odd line end can get lost. */
function hunksOf(sides: Sides): StructuredPatchHunk[] {
  const before = sides.before?.toString('latin1') ?? '';
  const after = sides.after?.toString('latin1') ?? '';
  if (before === after) return [];
  const options = { context: 3, maxEditLength: MAX_EDIT_LENGTH };
  const patch = structuredPatch('', '', before, after, undefined, undefined, options);
  return patch?.hunks ?? [wholeHunk(before, after)];
}

function wholeHunk(before: string, after: string): StructuredPatchHunk {
  const old = markedLines('-', before);
  const young = markedLines('+', after);
  return {
    oldStart: before === '' ? 0 : 1,
    newStart: after === '' ? 0 : 1,
    oldLines: old.filter((line) => line.startsWith('-')).length,
    newLines: young.filter((line) => line.startsWith('+')).length,
    lines: [...old, ...young],
  };
}

function markedLines(mark: string, text: string): string[] {
  if (text === '') return [];
  const ended = text.endsWith('\n');
  const lines = (ended ? text.slice(0, -1) : text).split('\n').map((line) => mark + line);
  return ended ? lines : [...lines, '\\ No newline at end of file'];
}

function range(start: number, lines: number): string {
  return lines === 1 ? String(start) : `${start},${lines}`;
}

function same(sides: Sides): boolean {
  return (sides.before ?? Buffer.alloc(0)).equals(sides.after ?? Buffer.alloc(0));
}

/** Share of the longer file's lines that stayed, as git states it for a rename. */
function similarity(sides: Sides, hunks: readonly StructuredPatchHunk[]): number {
  const longest = Math.max(1, lineCount(sides.before), lineCount(sides.after));
  const changed = hunks
    .flatMap((hunk) => hunk.lines)
    .filter((line) => line.startsWith('+') || line.startsWith('-')).length;
  return Math.max(0, Math.round(100 * (1 - changed / (2 * longest))) - (changed > 0 ? 1 : 0));
}

function lineCount(bytes: Buffer | undefined): number {
  return markedLines('', bytes?.toString('latin1') ?? '').length;
}

function isText(bytes: Buffer | undefined): boolean {
  if (bytes === undefined) return true;
  return !bytes.includes(0) && Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
}

/** A name on a --- or +++ line: git ends one that holds a space at the tab. */
function fileName(name: string): string {
  const text = quoted(name);
  return text === name && name.includes(' ') ? `${text}\t` : text;
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': 'n', '\t': 't', '\r': 'r', '"': '"', '\\': '\\' };

/** A name as git quotes it where it holds quotes, backslashes or control characters. */
function quoted(name: string): string {
  const unsafe = /["\\]|\p{Cc}/gu;
  if (name.search(unsafe) === -1) return name;
  const escaped = name.replace(unsafe, (char) => {
    const short = ESCAPES[char];
    if (short !== undefined) return `\\${short}`;
    const bytes = [...Buffer.from(char, 'utf8')];
    return bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  });
  return `"${escaped}"`;
}
