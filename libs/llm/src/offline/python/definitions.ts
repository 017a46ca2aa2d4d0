import { STRING } from './scanner.js';
import { walk, walkOwn, type PythonSource, type Statement } from './source.js';

export interface Parameter {
  readonly name: string;
  readonly star: '' | '*' | '**';
  readonly annotation: string | undefined;
  readonly default: string | undefined;
  /** Offsets in the text: after the name, and of the `=` if there is a default. */
  readonly nameEnd: number;
  readonly equals: number | undefined;
}

export interface FunctionDefinition {
  readonly statement: Statement;
  readonly name: string;
  readonly async: boolean;
  readonly owner: Statement | null;
  /** Inside of another function. */
  readonly nested: boolean;
  readonly decorators: readonly string[];
  readonly parameters: readonly Parameter[];
  /** Offset after the `)` of the parameters. */
  readonly parametersEnd: number;
  readonly returns: string | undefined;
  readonly docstring: Statement | undefined;
  /** Without the docstring; empty for a body on the line of its `def`. */
  readonly body: readonly Statement[];
}

/** All functions and methods of a file, in order. */
export function functionsOf(source: PythonSource): FunctionDefinition[] {
  return [...walk(source.statements)]
    .filter(({ keyword }) => keyword === 'def')
    .map((statement) => definitionOf(source, statement))
    .filter((definition) => definition !== null);
}

/** The name that a `class` statement defines. */
export function classNameOf(statement: Statement): string {
  return /^class\s+([^\W\d]\w*)/u.exec(statement.code)?.[1] ?? '';
}

/** A body's first statement if it is a docstring. */
export function docstringOf(body: readonly Statement[]): Statement | undefined {
  const [first] = body;
  if (first === undefined || !/^[\ue000\s]+$/.test(first.code)) return undefined;
  return /^[ru]?["']/i.test(first.text) ? first : undefined;
}

/** Statements of the same block before and after this one. */
export function siblings(source: PythonSource, statement: Statement): readonly Statement[] {
  return statement.parent === null ? source.statements : statement.parent.body;
}

/** Whether a function yields, nested functions aside. */
export function isGenerator(definition: FunctionDefinition): boolean {
  return [...walkOwn(definition.body)].some(({ code }) => /\byield\b/.test(code));
}

/** Whether a function only says what others must do. */
export function isStub(definition: FunctionDefinition): boolean {
  if (definition.decorators.some((name) => /\b(overload|abstractmethod|abstractproperty)\b/.test(name)))
    return true;
  return definition.body.every(({ code }) => /^(pass|\.\.\.|raise\s+NotImplementedError\b.*)$/s.test(code));
}

function definitionOf(source: PythonSource, statement: Statement): FunctionDefinition | null {
  const name = /^(?:async\s+)?def\s+([^\W\d]\w*)/u.exec(statement.code)?.[1];
  const open = openingOf(source, statement);
  if (name === undefined || open === undefined) return null;
  const close = closingOf(source.code, open);
  const owner = statement.parent;
  const docstring = docstringOf(statement.body);
  return {
    statement,
    name,
    async: statement.code.startsWith('async'),
    owner: owner?.keyword === 'class' ? owner : null,
    nested: isInFunction(statement),
    decorators: decoratorsOf(source, statement),
    parameters: splitTop(source.code, open + 1, close).flatMap(([from, to]) => parameterOf(source, from, to)),
    parametersEnd: close + 1,
    returns: /^\s*->\s*([\s\S]+):/.exec(source.text.slice(close + 1, statement.end))?.[1]?.trim(),
    docstring,
    body: docstring === undefined ? statement.body : statement.body.slice(1),
  };
}

/** The offset of the parameters' `(`; type parameters in brackets may come before it. */
function openingOf({ code }: PythonSource, statement: Statement): number | undefined {
  const head = /^(?:async\s+)?def\s+\w+\s*/u.exec(statement.code)?.[0].length;
  if (head === undefined) return undefined;
  const at = statement.start + head;
  const open = code[at] === '[' ? closingOf(code, at) + 1 : at;
  return code[open] === '(' ? open : undefined;
}

/** The offset of the bracket that closes the one at `open`. */
function closingOf(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    const char = code[at] ?? '';
    if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char) && (depth -= 1) === 0) return at;
  }
  return code.length;
}

/** The ranges between the commas of a list. */
function splitTop(code: string, from: number, to: number): [number, number][] {
  const ranges: [number, number][] = [];
  let start = from;
  for (;;) {
    const comma = indexTop(code, ',', start, to);
    if (comma === undefined) break;
    ranges.push([start, comma]);
    start = comma + 1;
  }
  return [...ranges, [start, to]];
}

function indexTop(code: string, wanted: string, from: number, to: number): number | undefined {
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const char = code[at] ?? '';
    if (depth === 0 && char === wanted) return at;
    if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
  }
  return undefined;
}

function parameterOf({ code, text }: PythonSource, from: number, to: number): Parameter[] {
  const match = /^(\s*)(\*{0,2})(\s*)([^\W\d]\w*)/u.exec(code.slice(from, to));
  if (match === null) return [];
  const [all, , star = '', , name = ''] = match;
  const nameEnd = from + all.length;
  const equals = indexTop(code, '=', nameEnd, to);
  const colon = indexTop(code, ':', nameEnd, equals ?? to);
  return [
    {
      name,
      star: star === '*' || star === '**' ? star : '',
      annotation: colon === undefined ? undefined : text.slice(colon + 1, equals ?? to).trim(),
      default: equals === undefined ? undefined : text.slice(equals + 1, to).trim(),
      nameEnd,
      equals,
    },
  ];
}

function decoratorsOf(source: PythonSource, statement: Statement): string[] {
  const all = siblings(source, statement);
  const names: string[] = [];
  for (let at = all.indexOf(statement) - 1; all[at]?.keyword === '@'; at -= 1)
    names.push(all[at]?.text ?? '');
  return names;
}

function isInFunction(statement: Statement): boolean {
  for (let owner = statement.parent; owner !== null; owner = owner.parent) {
    if (owner.keyword === 'def') return true;
  }
  return false;
}

/** Whether masked code is nothing but one string. */
export function isString(code: string): boolean {
  return code !== '' && code.replaceAll(STRING, '') === '';
}
