import type { FolderAnalysis } from '@ids/contracts';
import { hanging, shortened, type TextLine } from '../lines.js';
import { counted, number, size } from '../numbers.js';
import { cleanLine, padStart, truncate } from '../text.js';

/** Entries of a list; the JSON form has all of them. */
const LISTED = 20;

export function folderLines(folder: FolderAnalysis, width: number): TextLine[] {
  const wrapped = (text: string, kind: TextLine['kind'] = 'text'): TextLine[] =>
    hanging({ kind, margin: '', text: cleanLine(text) }, { width, indent: 2 });
  const { edges, omitted, circles } = folder.imports;
  return [
    { kind: 'title', margin: '', text: folder.path === '' ? 'The whole project' : cleanLine(folder.path) },
    ...wrapped(totalsOf(folder)),
    ...wrapped(`${counted(edges.length + omitted, 'import')} between its modules; Python ${folder.python}`),
    ...(folder.pythonNote === null ? [] : wrapped(folder.pythonNote, 'note')),
    ...(folder.truncated ? wrapped('There are more files than were looked at.', 'note') : []),
    ...section('Largest files', largestOf(folder, width)),
    ...section(
      'Modules that import each other in a circle',
      circles
        .map((circle) => [...circle, ...circle.slice(0, 1)].join(' → '))
        .flatMap((text) => wrapped(text)),
    ),
    ...section(
      'Entry points',
      folder.entryPoints.map((entry) => line(truncate(`  ${entryText(entry)}`, width))),
    ),
    ...section(
      `Not parsed: ${number(folder.failed.length)}`,
      folder.failed.flatMap((failure) => wrapped(failureText(failure), 'problem')),
    ),
  ];
}

function section(title: string, lines: readonly TextLine[]): TextLine[] {
  return lines.length === 0
    ? []
    : [{ kind: 'heading', margin: '', text: title }, ...shortened(lines, LISTED)];
}

function line(text: string): TextLine {
  return { kind: 'text', margin: '', text };
}

function totalsOf({ files, lines, bytes, classes, functions }: FolderAnalysis): string {
  return [
    counted(files, 'file'),
    counted(lines, 'line'),
    size(bytes),
    counted(classes, 'class', 'classes'),
    counted(functions, 'function'),
  ].join(', ');
}

function largestOf({ largest }: FolderAnalysis, width: number): TextLine[] {
  const counts = largest.map(({ lines }) => number(lines));
  const column = Math.max(0, ...counts.map((text) => text.length)) + 2;
  return largest.map(({ path }, at) => ({
    kind: 'text',
    margin: padStart(counts[at] ?? '', column),
    text: truncate(`  ${cleanLine(path)}`, width - column),
  }));
}

function entryText({ kind, name, path }: FolderAnalysis['entryPoints'][number]): string {
  return cleanLine(kind === 'main' ? path : `${name}  (${path})`);
}

/** An error that is not of a line, such as a limit, has no place. */
function failureText({ path, line, column, message }: FolderAnalysis['failed'][number]): string {
  return line === 0 ? `${path}: ${message}` : `${path}:${line}:${column}: ${message}`;
}
