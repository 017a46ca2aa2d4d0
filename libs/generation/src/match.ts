import { MASK, maskSecrets } from '@ids/llm';
import { diffArrays } from 'diff';

/** Where a search was found in a file, and what the lines there become. */
export interface Found {
  readonly start: number;
  readonly lines: readonly string[];
}
export type Match =
  | { readonly kind: 'found'; readonly found: Found }
  /** Each place, counted from 0; all of them fit equally well. */
  | { readonly kind: 'ambiguous'; readonly starts: readonly number[] }
  | { readonly kind: 'missing' };

/**
 * From strict to lenient; the first pass that finds anything decides, and it must find exactly one place. The last
 * two leave the indentation as a whole open and shift the replacement along.
 */
const PASSES: readonly { readonly same: (line: string) => string; readonly shifted: boolean }[] = [
  { same: (line) => line, shifted: false },
  { same: (line) => line.trimEnd(), shifted: false },
  { same: (line) => line.trimEnd(), shifted: true },
  { same: (line) => plainPunctuation(line).trimEnd(), shifted: false },
  { same: (line) => plainPunctuation(line).trimEnd(), shifted: true },
];

/** Finds `search` in the lines of a file and prepares its replacement. */
export function matchLines(
  file: readonly string[],
  search: readonly string[],
  replace: readonly string[],
): Match {
  // The model saw secrets masked; the lines that hold them are found by what it saw, and kept as they are.
  const masked = search.some((line) => line.includes(MASK));
  const shown = masked ? maskSecrets(file.join('\n')).split('\n') : file;
  for (const { same, shifted } of PASSES) {
    const lines = shown.map(same);
    const wanted = search.map(same);
    const starts = shifted ? shiftedStarts(lines, wanted) : startsOf(lines, wanted);
    if (starts.length > 1) return { kind: 'ambiguous', starts };
    const [start] = starts;
    if (start === undefined) continue;
    const window = file.slice(start, start + search.length);
    const result = replacement(window, search, replace);
    if (result !== undefined) return { kind: 'found', found: { start, lines: result } };
  }
  return { kind: 'missing' };
}

/** Places where the lines are equal once the indentation that all of them share is taken away. */
function shiftedStarts(lines: readonly string[], wanted: readonly string[]): number[] {
  const bare = dedent(wanted);
  const trimmed = lines.map((line) => line.trim());
  const candidates = startsOf(
    trimmed,
    bare.map((line) => line.trim()),
  );
  return candidates.filter((start) => {
    const window = dedent(lines.slice(start, start + wanted.length));
    return window.every((line, index) => line === bare[index]);
  });
}

function startsOf(lines: readonly string[], wanted: readonly string[]): number[] {
  const starts: number[] = [];
  for (let start = 0; start + wanted.length <= lines.length; start += 1) {
    if (wanted.every((text, index) => lines[start + index] === text)) starts.push(start);
  }
  return starts;
}

/**
 * The new lines: what the search and the replacement have in common keeps the file's own spelling (trailing space,
 * typographic quotes), the rest is shifted to the file's indentation. Undefined if it cannot be shifted so far left.
 */
function replacement(
  window: readonly string[],
  search: readonly string[],
  replace: readonly string[],
): string[] | undefined {
  const from = commonIndent(search);
  const to = commonIndent(window);
  const result: string[] = [];
  let at = 0;
  for (const part of diffArrays([...search], [...replace])) {
    if (part.removed) {
      at += part.value.length;
    } else if (part.added) {
      const shifted = part.value.map((line) => shift(line, from, to));
      if (shifted.includes(undefined)) return undefined;
      result.push(...shifted.filter((line) => line !== undefined));
    } else {
      result.push(...window.slice(at, at + part.value.length));
      at += part.value.length;
    }
  }
  return result;
}

function shift(line: string, from: string, to: string): string | undefined {
  if (from === to || line.trim() === '') return line;
  if (line.startsWith(from)) return to + inUnitsOf(line.slice(from.length), from, to);
  // A line further left than the search itself, such as a decorator or the next def.
  if (to.startsWith(from)) return to.slice(from.length) + line;
  if (!from.startsWith(to)) return undefined;
  const taken = from.slice(to.length);
  return line.startsWith(taken) ? line.slice(taken.length) : undefined;
}

/** Where a file is indented by tabs and the model wrote spaces, deeper lines must become tabs too. */
function inUnitsOf(rest: string, from: string, to: string): string {
  if (!/^ +$/.test(from) || !/^\t+$/.test(to)) return rest;
  const unit = ' '.repeat(Math.max(1, Math.round(from.length / to.length)));
  const indent = /^ */.exec(rest)?.[0] ?? '';
  return indent.replaceAll(unit, '\t') + rest.slice(indent.length);
}

function dedent(lines: readonly string[]): string[] {
  const indent = commonIndent(lines);
  return lines.map((line) => (line.trim() === '' ? '' : line.slice(indent.length)));
}

function commonIndent(lines: readonly string[]): string {
  let common: string | undefined;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
    if (common === undefined) common = indent;
    while (!indent.startsWith(common)) common = common.slice(0, -1);
  }
  return common ?? '';
}

/** Typographic characters as the ASCII that a model writes for them. */
function plainPunctuation(line: string): string {
  return line
    .replace(/[\u2018\u2019\u201a\u201b\u2032]/g, "'")
    .replace(/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
    .replace(/\u200b|\u200c|\u200d|\u2060|\ufeff/g, '')
    .replace(/\u2026/g, '...');
}
