import type { FileAnalysis } from '@ids/contracts';
import { hanging, type TextLine } from '../lines.js';
import { counted, size } from '../numbers.js';
import { cleanLine } from '../text.js';
import { importTexts } from './import-texts.js';
import { symbolLines } from './symbol-lines.js';

type Global = FileAnalysis['globals'][number];

const GLOBALS: readonly (readonly [Global['kind'], string])[] = [
  ['constant', 'constants'],
  ['variable', 'variables'],
  ['type_alias', 'type aliases'],
  ['type_variable', 'type variables'],
  ['all', ''],
];

export function fileLines(file: FileAnalysis, width: number): TextLine[] {
  const text = (content: string, kind: TextLine['kind'] = 'text'): TextLine[] =>
    hanging({ kind, margin: '', text: content }, { width, indent: 2 });
  const facts = [
    counted(file.lines, 'line'),
    size(file.bytes),
    cleanLine(file.encoding),
    `Python ${cleanLine(file.python)}`,
    ...(file.entryPoint ? ['runs as a script'] : []),
  ];
  return [
    { kind: 'title', margin: '', text: cleanLine(file.path) },
    ...text(facts.join(', ')),
    ...(file.pythonNote === null ? [] : text(cleanLine(file.pythonNote), 'note')),
    ...(file.doc === null ? [] : text(`"${cleanLine(file.doc)}"`)),
    ...section(
      'Imports',
      importTexts(file.imports).flatMap((each) => text(each)),
    ),
    ...symbolLines(file, width),
    ...section(
      'Globals',
      globalTexts(file.globals).flatMap((each) => text(each)),
    ),
  ];
}

function section(title: string, lines: readonly TextLine[]): TextLine[] {
  return lines.length === 0 ? [] : [{ kind: 'heading', margin: '', text: title }, ...lines];
}

function globalTexts(globals: readonly Global[]): string[] {
  return GLOBALS.flatMap(([kind, title]) => {
    const names = globals
      .filter((each) => each.kind === kind)
      .map(({ name, annotation }) => cleanLine(annotation === null ? name : `${name}: ${annotation}`));
    if (names.length === 0) return [];
    return [title === '' ? names.join(', ') : `${title}: ${names.join('; ')}`];
  });
}
