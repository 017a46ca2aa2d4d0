import type { ContextFile } from '@ids/contracts';
import type { ModelSubject } from '../model.port.js';
import { classNameOf, docstringOf, functionsOf } from './python/definitions.js';
import { readPython, walk, type PythonSource } from './python/source.js';
import { listed } from './words.js';

const MOST_NAMES = 12;
const MOST_MAP_LINES = 20;

/** An honest answer to a question: what the files hold, and that no more than that is known. */
export function answerOf({ task, files, missing, map }: ModelSubject): string {
  const parts = [
    `The built-in offline model works by rules and cannot reason about "${shortened(task)}". What it can say of the files:`,
    ...files.map((file) => `- ${describe(file)}`),
    ...missing.map((path) => `- ${path} is not in the project.`),
    ...(files.length + missing.length === 0 ? ['- No file was named; name some in the question.'] : []),
    ...mapPart(map),
    'Connect a model for a real answer (README, "Connect a model").',
  ];
  return parts.join('\n');
}

/** The part of the project that has most to do with the question. */
function mapPart(map: string): string[] {
  if (map === '') return [];
  const lines = map.trimEnd().split('\n');
  const more = lines.length > MOST_MAP_LINES ? ['    …'] : [];
  return [
    'The project, what has most to do with the question first:',
    ...lines.slice(0, MOST_MAP_LINES).map((line) => `    ${line}`),
    ...more,
  ];
}

function describe({ path, text }: ContextFile): string {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const size = `${path} has ${lines} ${lines === 1 ? 'line' : 'lines'}`;
  const source = /\.pyi?$/.test(path) ? readPython(text) : null;
  return source === null ? `${size}.` : `${size} ${contents(source)}`;
}

function contents(source: PythonSource): string {
  const classes = [...walk(source.statements)].filter(({ keyword }) => keyword === 'class');
  const functions = functionsOf(source);
  const ofClass = classes.map((statement) => {
    const methods = functions.filter(({ owner }) => owner === statement).map(({ name }) => name);
    return methods.length === 0 ? classNameOf(statement) : `${classNameOf(statement)} (${some(methods)})`;
  });
  const free = functions.filter(({ owner, nested }) => owner === null && !nested).map(({ name }) => name);
  const parts = [
    ...(ofClass.length === 0 ? [] : [`the ${ofClass.length === 1 ? 'class' : 'classes'} ${some(ofClass)}`]),
    ...(free.length === 0 ? [] : [`the ${free.length === 1 ? 'function' : 'functions'} ${some(free)}`]),
  ];
  const doc = docstringOf(source.statements)
    ?.text.replace(/^\w*("""|'''|"|')\s*|("""|'''|"|')$/g, '')
    .split('\n')[0];
  const says = doc === undefined || doc.trim() === '' ? '' : ` Its docstring says: ${shortened(doc.trim())}`;
  return `and defines ${parts.length === 0 ? 'no function and no class' : listed(parts)}.${says}`;
}

function some(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return listed(names);
  return `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
