import type { LineEdit } from '../edit-blocks.js';
import {
  classNameOf,
  docstringOf,
  functionsOf,
  isGenerator,
  isStub,
  type FunctionDefinition,
} from '../python/definitions.js';
import { opensBlock, walk, walkOwn, type PythonSource, type Statement } from '../python/source.js';
import { article, capitalized, isVerb, listed, wordsOf } from '../words.js';
import { fieldsOf } from './class-fields.js';
import { headerEnd } from './import-place.js';
import { PREPOSITIONS } from './prepositions.js';
import type { FilePlan } from './plan.js';

const MOST_FIELDS = 5;

/** Gives a docstring to the module, its classes and its public functions that have none. */
export function addDocstrings(source: PythonSource, path: string): FilePlan {
  const classes = [...walk(source.statements)].filter(({ keyword }) => keyword === 'class');
  const described = [
    ...classes
      .filter((statement) => lacks(statement))
      .map((statement) => ({ statement, text: ofClass(statement) })),
    ...functionsOf(source)
      .filter(wantsDocstring)
      .map((definition) => ({ statement: definition.statement, text: ofFunction(definition) })),
  ];
  const edits = described.map(({ statement, text }) => blockEdit(statement, text));
  const module = moduleEdit(source, path);
  const all = module === undefined ? edits : [module, ...edits];
  const what = [
    module === undefined ? '' : 'the module',
    edits.length === 0 ? '' : `${edits.length} definitions`,
  ];
  return { edits: all, summary: `add docstrings to ${listed(what.filter((part) => part !== ''))}` };
}

function lacks(statement: Statement): boolean {
  return opensBlock(statement) && statement.body.length > 0 && docstringOf(statement.body) === undefined;
}

/** Public, not nested, not an overload and not special: those are described by their class or by Python itself. */
function wantsDocstring(definition: FunctionDefinition): boolean {
  const { name, nested, statement, decorators } = definition;
  if (nested || name.startsWith('_') || !lacks(statement)) return false;
  return !decorators.some((decorator) => /\boverload\b|\.(setter|deleter)$/.test(decorator));
}

function blockEdit(statement: Statement, text: string): LineEdit {
  const indent = statement.body[0]?.indent ?? '';
  // A class is set apart from its docstring's end by a blank line, a function is not.
  const gap = statement.keyword === 'class' && statement.body[0]?.line === statement.endLine + 1 ? [''] : [];
  return { line: statement.endLine + 1, remove: 0, insert: [`${indent}"""${text}"""`, ...gap] };
}

function ofClass(statement: Statement): string {
  const name = classNameOf(statement);
  const noun = wordsOf(name).join(' ');
  const bases = /\(([^)]*)\)/.exec(statement.text)?.[1] ?? '';
  if (/Error|Exception/.test(`${name} ${bases}`)) return `Raised in case of ${article(noun)}.`;
  const fields = fieldsOf(statement).filter((field) => !field.startsWith('_'));
  if (fields.length === 0 || fields.length > MOST_FIELDS) return `${capitalized(article(noun))}.`;
  return `${capitalized(article(noun))} with ${listed(fields.map((field) => wordsOf(field).join(' ')))}.`;
}

function ofFunction(definition: FunctionDefinition): string {
  const words = wordsOf(definition.name);
  const [verb = '', ...rest] = words;
  const sentence = sentenceOf(definition, verb, rest);
  const errors = errorsOf(definition);
  return errors.length === 0 ? sentence : `${sentence} Raises ${listed(errors)}.`;
}

function sentenceOf(definition: FunctionDefinition, verb: string, rest: readonly string[]): string {
  const words = [verb, ...rest].join(' ');
  const owner = definition.owner === null ? '' : wordsOf(classNameOf(definition.owner)).join(' ');
  if (/^(is|has|can|should|are|was|needs)$/.test(verb))
    return `Return whether ${owner === '' ? 'it' : `the ${owner}`} ${words}.`;
  if (isGenerator(definition) && !isVerb(verb)) return `Yield ${words}.`;
  if (verb === 'main' && rest.length === 0) return 'Run the program.';
  const isProperty = definition.decorators.some((decorator) => /\b(cached_)?property$/.test(decorator));
  if (isProperty || !isVerb(verb))
    return returnsValue(definition) ? `Return the ${words}.` : `${capitalized(words)}.`;
  if (rest.length > 0)
    return `${capitalized(verb)} the ${rest.join(' ')}.`.replace(
      / the (to|from|by|at|in|for|with|all|as)\b/,
      ' $1',
    );
  return `${capitalized(verb)} ${objectOf(definition, verb, owner)}.`;
}

/** `a vessel to the fleet` for `Fleet.add(vessel)`, `the path` for `load(path)`. */
function objectOf(definition: FunctionDefinition, verb: string, owner: string): string {
  const given = definition.parameters.find(
    ({ name, star }) => star === '' && name !== 'self' && name !== 'cls',
  );
  const preposition = PREPOSITIONS.get(verb);
  if (owner !== '' && (given === undefined || preposition === undefined)) return `the ${owner}`;
  if (given === undefined) return 'it';
  const noun = wordsOf(given.name).join(' ');
  if (owner === '') return `the ${noun}`;
  const object = noun === 'name' || noun === 'id' ? `by its ${noun}` : `the ${noun}`;
  return `${object} ${preposition ?? 'in'} the ${owner}`;
}

function returnsValue({ body }: FunctionDefinition): boolean {
  return [...walkOwn(body)].some(({ code }) => /^return\s+(?!None\b)\S/.test(code));
}

/** What a function raises itself. */
function errorsOf(definition: FunctionDefinition): string[] {
  if (isStub(definition)) return [];
  const names = [...walkOwn(definition.body)]
    .filter(({ keyword }) => keyword === 'raise')
    .map(({ code }) => /^raise\s+(?:\w+\.)*([A-Z]\w*)/.exec(code)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)];
}

function moduleEdit(source: PythonSource, path: string): LineEdit | undefined {
  const { lines, statements } = source;
  if (statements.length === 0 || docstringOf(statements) !== undefined) return undefined;
  const line = headerEnd(source);
  const defined = statements
    .filter(({ keyword }) => keyword === 'class' || keyword === 'def')
    .map(({ code }) => /^(?:async\s+)?(?:class|def)\s+([^\W\d]\w*)/u.exec(code)?.[1] ?? '')
    .filter((name) => name !== '' && !name.startsWith('_'));
  const stem = (path.split('/').at(-1) ?? path).replace(/\.pyi?$/, '');
  const text =
    defined.length > 0 && defined.length <= MOST_FIELDS
      ? `Defines ${listed(defined)}.`
      : `${capitalized(wordsOf(stem).join(' '))}.`;
  const gap = lines[line]?.trim() === '' ? [] : [''];
  return { line, remove: 0, insert: [...(line > 0 ? [''] : []), `"""${text}"""`, ...gap] };
}
