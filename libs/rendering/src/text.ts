import { stripVTControlCharacters } from 'node:util';

// Two cells on a terminal: East Asian wide forms, and pictures.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
// Control characters but line ends and tabs, and what turns the direction of writing around.
const UNSAFE = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Text from a server as it may be shown on a terminal: nothing in it can move the cursor, colour or reorder. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replaceAll(UNSAFE, '');
}

/** The same on one line. */
export function cleanLine(text: string): string {
  return clean(text).replaceAll(/\s+/g, ' ').trim();
}

function graphemes(text: string): string[] {
  return [...segmenter.segment(text)].map((part) => part.segment);
}

/** How many cells a text takes on a terminal; colours take none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const part of graphemes(stripVTControlCharacters(text))) {
    if (!INVISIBLE.test(part)) width += WIDE.test(part) ? 2 : 1;
  }
  return width;
}

/** Cuts at `width` cells, with an ellipsis in the last one. The text has no colours. */
export function truncate(text: string, width: number): string {
  return displayWidth(text) <= width ? text : `${take(text, width - 1)}…`;
}

/** As much of the beginning as fits in `width` cells. */
function take(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const part of graphemes(text)) {
    used += displayWidth(part);
    if (used > width) break;
    taken += part;
  }
  return taken;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** Breaks a text at spaces into lines of at most `width` cells, each behind `indent`; its own line ends stay. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const room = Math.max(10, width - displayWidth(indent));
  return text.split('\n').flatMap((line) => wrapLine(line, room).map((part) => (indent + part).trimEnd()));
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/\s+/).flatMap((long) => pieces(long, width))) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (displayWidth(longer) <= width) current = longer;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}

/** A word in parts that each fit. */
function pieces(word: string, width: number): string[] {
  const parts: string[] = [];
  let rest = word;
  while (displayWidth(rest) > width) {
    const part = take(rest, width);
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return [...parts, rest];
}
