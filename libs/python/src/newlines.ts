import { diffArrays } from 'diff';

export type Newline = '\n' | '\r\n' | '\r';

const NEWLINE = /\r\n|\n|\r/g;
/** A diff of two versions that takes longer than this is given up; new line ends are then the usual ones. */
const DIFF_MS = 2_000;

/** Each line end of a text, in order; Python takes all three kinds. */
export function lineEnds(text: string): Newline[] {
  const found: readonly string[] = text.match(NEWLINE) ?? [];
  return found.filter(isNewline);
}

function isNewline(text: string): text is Newline {
  return text === '\n' || text === '\r\n' || text === '\r';
}

export function toLineFeeds(text: string): string {
  return text.replaceAll(NEWLINE, '\n');
}

/** The kind that occurs most often; `\n` where there is none. */
export function usualNewline(ends: readonly Newline[]): Newline {
  const count = (kind: Newline): number => ends.filter((end) => end === kind).length;
  const kinds: Newline[] = ['\n', '\r\n', '\r'];
  return kinds.reduce((best, kind) => (count(kind) > count(best) ? kind : best));
}

/**
 * `text` with the line ends of `before`: a line that stood there before keeps its own, a new one gets the usual.
 * `ends` are the line ends of `before`, both texts have line feeds only.
 */
export function restoreNewlines(
  text: string,
  before: string,
  ends: readonly Newline[],
  usual: Newline,
): string {
  if (ends.every((end) => end === usual)) return usual === '\n' ? text : text.replaceAll('\n', usual);
  const lines = text.split('\n');
  const kept = keptEnds(before.split('\n'), lines, ends);
  return lines.map((line, at) => (at === lines.length - 1 ? line : line + (kept.get(at) ?? usual))).join('');
}

/** For each new line that was there before, the end it had. */
function keptEnds(before: string[], after: string[], ends: readonly Newline[]): Map<number, Newline> {
  const kept = new Map<number, Newline>();
  const keep = (from: number, to: number): void => {
    const end = ends[from];
    if (end !== undefined) kept.set(to, end);
  };
  const parts = diffArrays(before, after, { timeout: DIFF_MS });
  if (parts === undefined) return kept;
  let from = 0;
  let to = 0;
  for (const part of parts) {
    if (!part.added && !part.removed) {
      for (let i = 0; i < part.value.length; i++) keep(from + i, to + i);
    }
    if (!part.added) from += part.value.length;
    if (!part.removed) to += part.value.length;
  }
  return kept;
}
