import { displayWidth, wrap } from './text.js';

/** A line of a text, and what it is, so that a terminal may colour it. */
export interface TextLine {
  readonly kind: 'title' | 'heading' | 'text' | 'note' | 'problem';
  /** What stands before the text in a column of its own, such as line numbers; as wide in each line that has one. */
  readonly margin: string;
  readonly text: string;
}

/** How much further the second line of a wrapped text stands. */
const HANG = 4;

/** A text in lines that fit into `width` cells, behind a margin, those after the first further to the right. */
export function hanging(
  line: TextLine,
  { width, indent }: { readonly width: number; readonly indent: number },
): TextLine[] {
  const { kind, margin, text } = line;
  const room = width - displayWidth(margin) - indent;
  const [first = '', ...rest] = wrap(text, room);
  // What follows has less room, so it is wrapped anew.
  const more = rest.length === 0 ? [] : wrap(rest.join(' '), room - HANG);
  const blank = ' '.repeat(displayWidth(margin));
  return [
    { kind, margin, text: ' '.repeat(indent) + first },
    ...more.map((part) => ({ kind, margin: blank, text: ' '.repeat(indent + HANG) + part })),
  ];
}

export function plain(line: TextLine): string {
  return (line.margin + line.text).trimEnd();
}

/** As many lines as fit into `maxChars` with their line ends, and how many more there are. */
export function cut(lines: readonly string[], maxChars: number): string[] {
  if (lines.join('\n').length <= maxChars) return [...lines];
  const kept: string[] = [];
  let left = maxChars - moreLines(lines.length).length;
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) break;
    kept.push(line);
  }
  return [...kept, moreLines(lines.length - kept.length)];
}

function moreLines(count: number): string {
  return `… ${count} more`;
}

/** At most `limit` entries of a list, and how many more there are. */
export function shortened(lines: readonly TextLine[], limit: number): TextLine[] {
  if (lines.length <= limit) return [...lines];
  const more: TextLine = { kind: 'note', margin: '', text: `  … ${lines.length - limit} more` };
  return [...lines.slice(0, limit), more];
}
