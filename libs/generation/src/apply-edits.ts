import { err, ok, type Result } from '@ids/kernel';
import { fence, MASK } from '@ids/llm';
import { matchLines } from './match.js';
import { nearestLines, quoteLines } from './nearest.js';
import type { FileEdit } from './parse-edits.js';

/** A file as the coder sees and leaves it. */
export interface DraftFile {
  /** With line feeds only. */
  readonly text: string;
  /** The path on disk that it came from; undefined for a file that is not there yet. */
  readonly origin?: string;
}
/** Files by path, as they are to be. */
export type Draft = ReadonlyMap<string, DraftFile>;

/** Why an edit was not applied, in words for the coder. */
export interface EditProblem {
  readonly path: string;
  readonly message: string;
}

/**
 * Applies edits in their order, in memory, all or none. A search that fits no place, or more than one, is a problem
 * that quotes the nearest lines; never is a first place taken on chance. `files` holds every file that an edit names.
 */
export function applyEdits(
  files: Draft,
  edits: readonly FileEdit[],
): Result<Map<string, DraftFile>, EditProblem[]> {
  const draft = new Map(files);
  const problems: EditProblem[] = [];
  for (const edit of edits) {
    const message = applyOne(draft, edit);
    if (message !== undefined) problems.push({ path: edit.path, message });
  }
  return problems.length === 0 ? ok(draft) : err(problems);
}

/** Changes `draft`, or says why not. */
function applyOne(draft: Map<string, DraftFile>, edit: FileEdit): string | undefined {
  const file = draft.get(edit.path);
  if (writesMask(edit, file?.text ?? ''))
    return `${MASK} stands for a secret that was not shown to you; keep such a line as it is, and never write one.`;
  if (edit.kind === 'create') return create(draft, edit.path, edit.content, file);
  if (file === undefined)
    return 'This file does not exist. Check the path; an empty SEARCH part creates a new file.';
  if (edit.kind === 'delete') draft.delete(edit.path);
  else if (edit.kind === 'rename') return rename(draft, edit.path, edit.to, file);
  else return replace(draft, edit, file);
  return undefined;
}

/** Whether the edit would put the mask where the file has a secret, or nothing. */
function writesMask(edit: FileEdit, text: string): boolean {
  if (text.includes(MASK)) return false;
  if (edit.kind === 'create') return edit.content.some((line) => line.includes(MASK));
  if (edit.kind !== 'replace') return false;
  return edit.replace.some((line) => line.includes(MASK) && !edit.search.includes(line));
}

function create(
  draft: Map<string, DraftFile>,
  path: string,
  content: readonly string[],
  file: DraftFile | undefined,
): string | undefined {
  // An empty file, such as __init__.py, has no line that could be searched.
  if (file !== undefined && file.text.trim() !== '') {
    const shown = quoteLines(linesOf(file.text), 0, 30);
    return `This file exists already, so an empty SEARCH part cannot create it. Search the lines to replace. It begins:\n${fence(path, shown)}`;
  }
  draft.set(path, { ...file, text: content.length === 0 ? '' : `${content.join('\n')}\n` });
  return undefined;
}

function rename(
  draft: Map<string, DraftFile>,
  path: string,
  to: string,
  file: DraftFile,
): string | undefined {
  if (to === path) return 'The new path is the old one.';
  if (draft.has(to)) return `The new path ${to} exists already; delete that file first if it is to go.`;
  draft.delete(path);
  draft.set(to, file);
  return undefined;
}

function replace(
  draft: Map<string, DraftFile>,
  edit: Extract<FileEdit, { kind: 'replace' }>,
  file: DraftFile,
): string | undefined {
  const lines = linesOf(file.text);
  const match = matchLines(lines, edit.search, edit.replace);
  if (match.kind === 'missing') return missing(edit, lines);
  if (match.kind === 'ambiguous') return ambiguous(edit, lines, match.starts);
  const { start, lines: replacement } = match.found;
  lines.splice(start, edit.search.length, ...replacement);
  const end = file.text.endsWith('\n') && lines.length > 0 ? '\n' : '';
  draft.set(edit.path, { ...file, text: lines.join('\n') + end });
  return undefined;
}

function missing(edit: Extract<FileEdit, { kind: 'replace' }>, lines: readonly string[]): string {
  const first = (edit.search.find((line) => line.trim() !== '') ?? '').trim().slice(0, 120);
  const nearest = nearestLines(lines, edit.search);
  return nearest === ''
    ? `The SEARCH part that begins with \`${first}\` was not found: the file is empty.`
    : `The SEARCH part that begins with \`${first}\` was not found. The nearest lines are (numbers and bars are not part of the file):\n${fence(edit.path, nearest)}`;
}

function ambiguous(
  edit: Extract<FileEdit, { kind: 'replace' }>,
  lines: readonly string[],
  starts: readonly number[],
): string {
  const places = starts
    .slice(0, 3)
    .map((start) => quoteLines(lines, start - 2, start + edit.search.length + 2));
  return `The SEARCH part fits ${starts.length} places; add lines around it until it fits one. The first are (numbers and bars are not part of the file):\n${fence(edit.path, places.join('\n      ...\n'))}`;
}

/** The lines of a text without the empty one after its last line end. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}
