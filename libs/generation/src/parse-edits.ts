import { err, ok, type Result } from '@ids/kernel';

/** One instruction of the coder, in the order of its answer. Texts are lines without their ends. */
export type FileEdit =
  | {
      readonly kind: 'replace';
      readonly path: string;
      readonly search: readonly string[];
      readonly replace: readonly string[];
    }
  | { readonly kind: 'create'; readonly path: string; readonly content: readonly string[] }
  | { readonly kind: 'delete'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string };

const MAX_REPLY = 2_000_000;
const MAX_EDITS = 500;
const OPENING = /^<{7} (SEARCH|DELETE|RENAME(?: (.*))?)$/;
const CLOSING = /^>{7} (REPLACE|DELETE|RENAME)$/;
const DIVIDER = '=======';
/** Stands for a line that may or may not be meant as a path. */
const UNCLEAR = '\0';
const FENCE = /^\s*(?:```|~~~)/;

interface Block {
  readonly kind: 'SEARCH' | 'DELETE' | 'RENAME';
  readonly to: string;
  readonly lines: readonly string[];
  /** The index after the closing line. */
  readonly next: number;
}

/**
 * Reads the edit format of CONTRACT section 5 out of the coder's answer; prose between blocks is allowed. An answer
 * without any block gives no edits. Whatever could be read in two ways is an error for the coder to repair.
 */
export function parseEdits(text: string): Result<FileEdit[], string> {
  if (text.length > MAX_REPLY) return err('The answer is too long.');
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const edits: FileEdit[] = [];
  let path: string | undefined;
  let above: string | undefined;
  for (let at = 0; at < lines.length;) {
    const line = (lines[at] ?? '').trimEnd();
    if (CLOSING.test(line)) return err(`Line ${at + 1}, "${line}", closes a block that was not opened.`);
    if (!OPENING.test(line)) {
      if (!FENCE.test(line)) above = pathIn(line, path) ?? above;
      at += 1;
      continue;
    }
    path = above ?? path;
    above = undefined;
    if (path === undefined)
      return err(`The block in line ${at + 1} has no path on a line of its own above it.`);
    if (path === UNCLEAR)
      return err(
        `Above the block in line ${at + 1} its path must stand alone on a line, in backticks if it holds spaces.`,
      );
    const block = readBlock(lines, at);
    if (!block.ok) return err(`${path}: ${block.error}`);
    const edit = toEdit(path, block.value);
    if (!edit.ok) return err(`${path}: the block in line ${at + 1} ${edit.error}`);
    edits.push(edit.value);
    if (edits.length > MAX_EDITS) return err(`There are more than ${MAX_EDITS} blocks.`);
    at = block.value.next;
  }
  return ok(edits);
}

function readBlock(lines: readonly string[], start: number): Result<Block, string> {
  const opening = OPENING.exec((lines[start] ?? '').trimEnd());
  const kind = opening?.[1]?.startsWith('RENAME')
    ? 'RENAME'
    : opening?.[1] === 'DELETE'
      ? 'DELETE'
      : 'SEARCH';
  const wanted = kind === 'SEARCH' ? 'REPLACE' : kind;
  for (let at = start + 1; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').trimEnd();
    if (OPENING.test(line))
      return err(`a block begins in line ${at + 1} inside the one of line ${start + 1}.`);
    const closing = CLOSING.exec(line)?.[1];
    if (closing === undefined) continue;
    if (closing !== wanted) return err(`line ${at + 1} closes ${closing}, but ${kind} is open.`);
    return ok({ kind, to: opening?.[2]?.trim() ?? '', lines: lines.slice(start + 1, at), next: at + 1 });
  }
  return err(`the block that begins in line ${start + 1} is not closed by ">>>>>>> ${wanted}".`);
}

function toEdit(path: string, block: Block): Result<FileEdit, string> {
  const empty = block.lines.every((line) => line.trim() === '');
  if (block.kind === 'DELETE') return empty ? ok({ kind: 'delete', path }) : err('must be empty to delete.');
  if (block.kind === 'RENAME') {
    if (block.to === '') return err('names no new path after RENAME.');
    return empty ? ok({ kind: 'rename', path, to: unwrapped(block.to) }) : err('must be empty to rename.');
  }
  const dividers = block.lines.flatMap((line, index) => (line.trimEnd() === DIVIDER ? [index] : []));
  const [divider, second] = dividers;
  if (divider === undefined) return err(`has no line ${DIVIDER} between its two parts.`);
  const search = block.lines.slice(0, divider);
  const replace = block.lines.slice(divider + 1);
  if (search.every((line) => line.trim() === '')) return ok({ kind: 'create', path, content: replace });
  if (second !== undefined)
    return err(
      `has ${dividers.length} lines ${DIVIDER}, so its parts cannot be told apart; choose other lines, or delete the file and create it anew.`,
    );
  return ok({ kind: 'replace', path, search, replace });
}

/**
 * The path that stands on a line; undefined if the line is prose. Prose that ends like a file is unclear: neither is it
 * the name of a file, nor may the path of the block before be taken instead, unless it names just that.
 */
function pathIn(line: string, current: string | undefined): string | undefined {
  const text = unwrapped(line);
  if (text === '' || text.length > 500 || text.endsWith('.')) return undefined;
  if (/^(Makefile|Dockerfile|Pipfile|LICENSE|README|CHANGELOG|AUTHORS|NOTICE)$/.test(text)) return text;
  const filelike = /\.[A-Za-z0-9_]{1,12}$/.test(text);
  if (!/\s/.test(text)) return filelike || text.includes('/') ? text : undefined;
  if (!filelike) return undefined;
  if (/^(["'`]|\*\*|#+\s*`).*(["'`]|\*\*):?$/.test(line.trim())) return text;
  const last = unwrapped(text.slice(text.search(/\S+$/)));
  return last === current ? current : UNCLEAR;
}

/** Without what models like to put around a path: `**app/x.py**:`, "### app/x.py". */
function unwrapped(line: string): string {
  let text = line.trim().replace(/^#{1,6}\s+/, '');
  for (;;) {
    const before = text;
    text = text.replace(/:$/, '').trim();
    for (const mark of ['**', '__', '`', '"', "'"]) {
      if (text.length > 2 * mark.length && text.startsWith(mark) && text.endsWith(mark))
        text = text.slice(mark.length, -mark.length).trim();
    }
    if (text === before) return text.startsWith('./') ? text.slice(2) : text;
  }
}
