import type { FileAnalysis } from '@ids/contracts';
import { hanging, type TextLine } from '../lines.js';
import { cleanLine, padStart } from '../text.js';

type Class = FileAnalysis['classes'][number];
type Function = FileAnalysis['functions'][number];
type Field = Class['fields'][number];

interface Symbol {
  readonly kind: 'class' | 'function';
  readonly startLine: number;
  readonly endLine: number;
  readonly depth: number;
  readonly text: string;
  /** What is said below it. */
  readonly details: readonly string[];
}

const INDENT = 2;

/** Classes with what they hold, then functions; each with the lines that it stands on. */
export function symbolLines(file: FileAnalysis, width: number): TextLine[] {
  const symbols = [...file.classes.map(classSymbol), ...file.functions.map(functionSymbol)].sort(
    (a, b) => a.startLine - b.startLine || a.depth - b.depth,
  );
  const margin = Math.max(0, ...symbols.map((symbol) => rangeOf(symbol).length)) + 2;
  const lines: Record<Symbol['kind'], TextLine[]> = { class: [], function: [] };
  let outermost: Symbol['kind'] = 'function';
  for (const symbol of symbols) {
    if (symbol.depth === 0) outermost = symbol.kind;
    lines[outermost].push(...linesOf(symbol, margin, width));
  }
  return [...section('Classes', lines.class), ...section('Functions', lines.function)];
}

function section(title: string, lines: readonly TextLine[]): TextLine[] {
  return lines.length === 0 ? [] : [{ kind: 'heading', margin: '', text: title }, ...lines];
}

function linesOf(symbol: Symbol, margin: number, width: number): TextLine[] {
  const indent = symbol.depth * INDENT + 1;
  const range = padStart(rangeOf(symbol), margin);
  const blank = ' '.repeat(margin);
  return [
    ...hanging({ kind: 'text', margin: range, text: symbol.text }, { width, indent }),
    ...symbol.details.flatMap((text) =>
      hanging({ kind: 'note', margin: blank, text }, { width, indent: indent + INDENT }),
    ),
  ];
}

function rangeOf({ startLine, endLine }: Symbol): string {
  return startLine === endLine ? String(startLine) : `${startLine}-${endLine}`;
}

function functionSymbol(found: Function): Symbol {
  const { async, name, typeParameters, signature, startLine, endLine, depth, doc } = found;
  const text = `${decorated(found)}${async ? 'async ' : ''}def ${name}${generic(typeParameters)}${signature}`;
  return { kind: 'function', startLine, endLine, depth, text: cleanLine(text), details: docOf(doc) };
}

function classSymbol(found: Class): Symbol {
  const { name, typeParameters, bases, keywords, fields, attributes, startLine, endLine, depth, doc } = found;
  const inherited = [...bases, ...keywords];
  const brackets = inherited.length === 0 ? '' : `(${inherited.join(', ')})`;
  const named = new Set(fields.map((field) => field.name));
  const others = attributes.filter((attribute) => !named.has(attribute.name));
  const lists: [string, string[]][] = [
    ['fields', fields.map(fieldText)],
    ['attributes', others.filter(({ kind }) => kind === 'class').map(attributeText)],
    ['instance', others.filter(({ kind }) => kind === 'instance').map(attributeText)],
  ];
  return {
    kind: 'class',
    startLine,
    endLine,
    depth,
    text: cleanLine(`${decorated(found)}class ${name}${generic(typeParameters)}${brackets}`),
    details: [
      ...docOf(doc),
      ...lists
        .filter(([, texts]) => texts.length > 0)
        .map(([title, texts]) => `${title}: ${texts.join('; ')}`),
    ],
  };
}

function decorated({ decorators }: { readonly decorators: readonly string[] }): string {
  return decorators.map((decorator) => `@${decorator} `).join('');
}

function generic(parameters: readonly string[]): string {
  return parameters.length === 0 ? '' : `[${parameters.join(', ')}]`;
}

function docOf(doc: string | null): string[] {
  return doc === null ? [] : [`"${cleanLine(doc)}"`];
}

function fieldText(field: Field): string {
  return cleanLine(attributeText(field) + (field.default === null ? '' : ` = ${field.default}`));
}

function attributeText({ name, annotation }: Pick<Field, 'name' | 'annotation'>): string {
  return cleanLine(annotation === null ? name : `${name}: ${annotation}`);
}
