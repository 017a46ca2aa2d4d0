import type { FileAnalysis } from '@ids/contracts';
import type { Analyzed } from './summary.js';

/** A file that is not Python has a name and nothing more to say. */
export type Outlined = Analyzed | { readonly path: string; readonly other: true };

interface Line {
  /** 0 the file, 1 what stands at its top level, 2 what stands inside of classes, 3 docstrings. */
  readonly level: number;
  readonly text: string;
}

const LEVELS = 4;
const MAX_LINE = 300;

/**
 * An outline of files within `maxChars`, level by level: all files come before any signature, and top-level
 * signatures of all files before any method. Within a level the order of `files` decides.
 */
export function outlineText(files: readonly Outlined[], maxChars: number): string {
  const outlines = files.map((file) => linesOf(file).map(shorten));
  const chosen = new Set<Line>();
  let left = maxChars;
  for (let level = 0; level < LEVELS; level++) {
    for (const line of outlines.flat()) {
      if (line.level !== level || line.text.length + 1 > left) continue;
      chosen.add(line);
      left -= line.text.length + 1;
    }
  }
  return outlines
    .flat()
    .filter((line) => chosen.has(line))
    .map((line) => `${line.text}\n`)
    .join('');
}

function shorten(line: Line): Line {
  const text = line.text.replaceAll(/\s*\n\s*/g, ' ');
  return { level: line.level, text: text.length > MAX_LINE ? `${text.slice(0, MAX_LINE - 1)}…` : text };
}

function linesOf(file: Outlined): Line[] {
  if ('other' in file) return [{ level: 0, text: file.path }];
  if ('failure' in file) {
    return [{ level: 0, text: `${file.path}: cannot be parsed (${file.failure.message})` }];
  }
  const lines: Line[] = [{ level: 0, text: `${file.path} (${file.lines} lines)` }];
  if (file.doc !== null) lines.push({ level: 3, text: `  """${file.doc}"""` });
  for (const symbol of symbolsOf(file)) {
    const depth = symbol.qualifiedName.split('.').length;
    const indent = '  '.repeat(depth);
    lines.push({ level: Math.min(depth, 2), text: indent + symbol.text });
    if (symbol.doc !== null) lines.push({ level: 3, text: `${indent}  """${symbol.doc}"""` });
  }
  return lines;
}

interface Symbol {
  readonly qualifiedName: string;
  readonly text: string;
  readonly doc: string | null;
  readonly line: number;
}

/** Classes and functions in the order of their lines; what is defined inside of a function is nobody's interface. */
function symbolsOf(file: FileAnalysis): Symbol[] {
  const classes = file.classes.map((c) => ({
    ...c,
    text: `class ${c.name}${bracketed([...c.bases, ...c.keywords])}`,
  }));
  const functions = file.functions.map((f) => ({
    ...f,
    text: `${f.async ? 'async ' : ''}def ${f.name}${f.signature}`,
  }));
  return [...classes, ...functions]
    .filter((symbol) => !symbol.qualifiedName.includes('<locals>'))
    .sort((a, b) => a.line - b.line);
}

function bracketed(parts: readonly string[]): string {
  return parts.length > 0 ? `(${parts.join(', ')})` : '';
}
