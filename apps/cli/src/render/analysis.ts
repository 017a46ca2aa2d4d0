import type { Analysis } from '@ids/contracts';
import type { Style } from './style.js';
import { table } from './table.js';
import { cleanLine, truncate, wrap } from './text.js';

type FileAnalysis = Extract<Analysis, { kind: 'file' }>;
type FolderAnalysis = Extract<Analysis, { kind: 'folder' }>;

export function renderAnalysis(analysis: Analysis, style: Style): string[] {
  return analysis.kind === 'file' ? renderFile(analysis, style) : renderFolder(analysis, style);
}

function renderFile(file: FileAnalysis, style: Style): string[] {
  const symbols = [
    ...file.classes.map((each) => ({
      line: each.line,
      name: each.qualifiedName,
      text: `class ${each.qualifiedName}`,
    })),
    ...file.functions.map((each) => ({
      line: each.line,
      name: each.qualifiedName,
      text: `${each.async ? 'async ' : ''}def ${each.qualifiedName}${each.signature}`,
    })),
  ].sort((a, b) => a.line - b.line);
  return [
    style.colors.bold(cleanLine(file.path)),
    `  ${file.lines} lines, ${file.bytes} bytes, ${cleanLine(file.encoding)}; parsed by Python ${cleanLine(file.python)}`,
    ...(file.doc === null ? [] : wrap(cleanLine(file.doc), style.width, '  ')),
    ...wrap(importsOf(file), style.width, '  '),
    ...symbols.map((symbol) => {
      const place = style.colors.dim(String(symbol.line).padStart(5));
      return `${place}${truncate(indentOf(symbol.name) + cleanLine(symbol.text), style.width - 5)}`;
    }),
  ];
}

function indentOf(qualifiedName: string): string {
  return '  '.repeat(qualifiedName.split('.').length);
}

function importsOf(file: FileAnalysis): string {
  const modules = new Set(file.imports.map((each) => '.'.repeat(each.level) + each.module));
  return modules.size === 0 ? 'imports nothing' : `imports ${cleanLine([...modules].join(', '))}`;
}

function renderFolder(folder: FolderAnalysis, style: Style): string[] {
  const { files, lines, classes, functions } = folder;
  const largest = folder.largest.map((file) => [cleanLine(file.path), String(file.lines)]);
  const columns = [
    { title: 'largest files', flexible: true },
    { title: 'lines', align: 'right' as const },
  ];
  return [
    style.colors.bold(cleanLine(folder.path)),
    `  ${files} files, ${lines} lines, ${classes} classes, ${functions} functions; parsed by Python ${cleanLine(folder.python)}`,
    ...(folder.truncated ? ['  There are more files than were looked at.'] : []),
    ...(largest.length === 0 ? [] : table(columns, largest, style.width - 2).map((line) => `  ${line}`)),
    ...folder.failed.flatMap(({ path, line, message }) =>
      wrap(`${style.colors.red('✗')} ${cleanLine(`${path}:${line} ${message}`)}`, style.width, '  '),
    ),
  ];
}
