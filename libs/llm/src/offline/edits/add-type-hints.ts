import type { LineEdit } from '../edit-blocks.js';
import {
  functionsOf,
  isGenerator,
  isStub,
  isString,
  type FunctionDefinition,
} from '../python/definitions.js';
import { walkOwn, type PythonSource, type Statement } from '../python/source.js';
import { listed } from '../words.js';
import type { FilePlan } from './plan.js';

/** Text to put at an offset in place of `remove` characters. */
interface Insertion {
  readonly at: number;
  readonly remove: number;
  readonly text: string;
}

/** What Python itself asks of these. */
const SPECIAL_RETURNS = new Map([
  ['__init__', 'None'],
  ['__post_init__', 'None'],
  ['__str__', 'str'],
  ['__repr__', 'str'],
  ['__len__', 'int'],
  ['__bool__', 'bool'],
  ['__contains__', 'bool'],
  ['__hash__', 'int'],
]);

/** Annotates what the file itself proves: parameters by their literal defaults, results by what is returned. */
export function addTypeHints(source: PythonSource): FilePlan {
  const hinted = functionsOf(source)
    .filter(
      ({ statement }) =>
        !/#\s*type:/.test(source.text.slice(statement.start, statement.body[0]?.start ?? statement.end)),
    )
    .map((definition) => ({ definition, insertions: hintsOf(source, definition) }))
    .filter(({ insertions }) => insertions.length > 0);
  const edits = hinted.map(({ definition, insertions }) =>
    headerEdit(source, definition.statement, insertions),
  );
  const names = [...new Set(hinted.map(({ definition }) => definition.name))];
  return { edits, summary: `add type hints to ${listed(names)}` };
}

function hintsOf(source: PythonSource, definition: FunctionDefinition): Insertion[] {
  const insertions: Insertion[] = [];
  for (const { name, star, annotation, default: value, nameEnd, equals } of definition.parameters) {
    if (star !== '' || annotation !== undefined || value === undefined || equals === undefined) continue;
    const type = typeOfLiteral(value);
    if (type === undefined || isRebound(definition, name)) continue;
    const end = equals + 1 + (source.text.slice(equals + 1).match(/^[ \t]*/)?.[0].length ?? 0);
    insertions.push({ at: nameEnd, remove: end - nameEnd, text: `: ${type} = ` });
  }
  const result = definition.returns === undefined ? resultOf(definition) : undefined;
  if (result !== undefined)
    insertions.push({ at: definition.parametersEnd, remove: 0, text: ` -> ${result}` });
  return insertions;
}

/** A parameter that is tested for or given another type in the body is not what its default says. */
function isRebound({ body }: FunctionDefinition, name: string): boolean {
  return [...walkOwn(body)].some(({ code }) =>
    new RegExp(`(?<![\\w.])${name}\\s*(?:=(?!=)|is\\b)|isinstance\\(\\s*${name}\\b`, 'u').test(code),
  );
}

function typeOfLiteral(text: string): string | undefined {
  if (/^(True|False)$/.test(text)) return 'bool';
  if (/^-?\d[\d_]*$/.test(text)) return 'int';
  if (/^-?(\d[\d_]*\.\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return 'float';
  const quoted = /^([rbfu]{0,2})("|')(?:(?!\2)[^\\\n]|\\.)*\2$/i.exec(text);
  if (quoted !== null) return /b/i.test(quoted[1] ?? '') ? 'bytes' : 'str';
  return undefined;
}

/** The type of a function's result, where each way out proves the same. */
function resultOf(definition: FunctionDefinition): string | undefined {
  const { name, body, statement } = definition;
  if (name.startsWith('__')) return SPECIAL_RETURNS.get(name);
  if (body.length === 0 || isStub(definition) || isGenerator(definition)) return undefined;
  if (statement.body[0]?.line === statement.endLine) return undefined;
  const own = [...walkOwn(body)];
  // A return that shares its line with something else is not read.
  if (own.some(({ keyword, code }) => keyword !== 'return' && /\breturn\b/.test(code))) return undefined;
  const returns = own.filter(({ keyword }) => keyword === 'return');
  const values = returns.map(({ text }) => text.slice('return'.length).trim());
  if (values.every((value) => value === '' || value === 'None'))
    return leavesByError(body) ? undefined : 'None';
  const types = new Set(returns.map((each, index) => typeOfResult(each, values[index] ?? '')));
  const [type] = types;
  return types.size === 1 && leaves(body.at(-1)) ? type : undefined;
}

function typeOfResult({ code }: Statement, value: string): string | undefined {
  const literal = typeOfLiteral(value);
  if (literal !== undefined) return literal;
  if (/^not\b(?!.*\b(and|or|if)\b)/s.test(value)) return 'bool';
  return isString(code.slice('return'.length).trim()) && /^[fr]*["']/i.test(value) ? 'str' : undefined;
}

/** Whether nothing is reached after a statement. */
function leaves(statement: Statement | undefined): boolean {
  return statement?.keyword === 'return' || statement?.keyword === 'raise';
}

/** A function that only raises may be meant to return something where it is overridden. */
function leavesByError(body: readonly Statement[]): boolean {
  return body.at(-1)?.keyword === 'raise';
}

/** The lines of a header with its insertions. */
function headerEdit(source: PythonSource, statement: Statement, insertions: readonly Insertion[]): LineEdit {
  const from = statement.start - statement.indent.length;
  let header = source.text.slice(from, statement.end);
  for (const { at, remove, text } of insertions.toReversed()) {
    header = header.slice(0, at - from) + text + header.slice(at - from + remove);
  }
  const tail = source.text.slice(statement.end).split('\n', 1)[0] ?? '';
  const count = statement.endLine - statement.line + 1;
  return { line: statement.line, remove: count, insert: `${header}${tail}`.split('\n') };
}
