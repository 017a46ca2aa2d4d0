import { scan, type Scan } from './scanner.js';

/** One statement: a logical line, and for a block opener the statements of its block. */
export interface Statement {
  /** Offsets in the text: of its first character, and after its last. */
  readonly start: number;
  readonly end: number;
  /** Physical lines, from 0, the last one included. */
  readonly line: number;
  readonly endLine: number;
  readonly indent: string;
  /** Its code with comments and strings masked, trimmed, as long as its text. */
  readonly code: string;
  readonly text: string;
  /** Its first word, `async` skipped: `def`, `class`, `return`, `import`, …; `@` for a decorator. */
  readonly keyword: string;
  readonly parent: Statement | null;
  readonly body: Statement[];
}

/** A Python file that was understood well enough to be edited by line. */
export interface PythonSource extends Scan {
  readonly lines: readonly string[];
  readonly statements: readonly Statement[];
}

/** Reads a text; null if it is not understood. */
export function readPython(raw: string): PythonSource | null {
  const text = raw.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const scanned = scan(text);
  if (scanned === null) return null;
  const statements = nest(logicalLines(scanned));
  return statements === null ? null : { ...scanned, lines: text.split('\n'), statements };
}

/** All statements of a tree in the order of the text. */
export function* walk(statements: readonly Statement[]): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    yield* walk(statement.body);
  }
}

/** The same without the inside of nested functions and classes. */
export function* walkOwn(statements: readonly Statement[]): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    if (statement.keyword !== 'def' && statement.keyword !== 'class') yield* walkOwn(statement.body);
  }
}

/** Whether a statement has its block on lines of its own. */
export function opensBlock(statement: Statement): boolean {
  return statement.code.endsWith(':');
}

/** The line after a statement and all of its block. */
export function lineAfter(statement: Statement): number {
  const last = statement.body.at(-1);
  return last === undefined ? statement.endLine + 1 : lineAfter(last);
}

function logicalLines({ text, code, logicalStarts }: Scan): Statement[] {
  const lines: Statement[] = [];
  let line = 0;
  for (const [index, from] of logicalStarts.entries()) {
    const to = logicalStarts[index + 1] ?? text.length;
    const part = code.slice(from, to);
    const trimmed = part.trim();
    if (trimmed !== '') {
      const lead = part.length - part.trimStart().length;
      const start = from + lead;
      const end = start + trimmed.length;
      lines.push({
        start,
        end,
        line: line + countLines(text, from, start),
        endLine: line + countLines(text, from, end),
        indent: text.slice(from, start),
        code: trimmed,
        text: text.slice(start, end),
        keyword: /^(?:async\s+)?(@|\w+)/.exec(trimmed)?.[1] ?? '',
        parent: null,
        body: [],
      });
    }
    line += countLines(text, from, to);
  }
  return lines;
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) if (text[at] === '\n') count += 1;
  return count;
}

/** Puts each statement into the block that its indentation says; null if that is inconsistent. */
function nest(lines: readonly Statement[]): Statement[] | null {
  const top: Statement[] = [];
  const blocks: { readonly owner: Statement | null; readonly width: number; readonly body: Statement[] }[] = [
    { owner: null, width: 0, body: top },
  ];
  let before: Statement | undefined;
  for (const line of lines) {
    const width = widthOf(line.indent);
    if (before !== undefined && opensBlock(before)) {
      if (width <= (blocks.at(-1)?.width ?? 0)) return null;
      blocks.push({ owner: before, width, body: before.body });
    }
    while (blocks.length > 1 && width < (blocks.at(-1)?.width ?? 0)) blocks.pop();
    const block = blocks.at(-1);
    if (block === undefined || block.width !== width) return null;
    before = { ...line, parent: block.owner };
    block.body.push(before);
  }
  return before !== undefined && opensBlock(before) ? null : top;
}

/** Python's own rule: a tab reaches to the next multiple of eight. */
function widthOf(indent: string): number {
  let width = 0;
  for (const char of indent) width = char === '\t' ? width + 8 - (width % 8) : width + 1;
  return width;
}
