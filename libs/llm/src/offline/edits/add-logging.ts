import type { LineEdit } from '../edit-blocks.js';
import { functionsOf } from '../python/definitions.js';
import { lineAfter, walk, type PythonSource } from '../python/source.js';
import { listed } from '../words.js';
import { headOf, importPlace, moduleOf, type Head } from './import-place.js';
import { LogCalls } from './log-calls.js';
import { entryPointsOf, logPointsOf, logsAlready, type LogPoint } from './log-points.js';
import { indentUnit, type FilePlan } from './plan.js';

const NOTHING: FilePlan = { edits: [], summary: '' };

/** Imports `logging`, makes the module's logger, and logs where a function has something to tell. */
export function addLogging(source: PythonSource): FilePlan {
  const head = headOf(source);
  const logger = loggerOf(source, head);
  if (logger === null) return NOTHING;
  const functions = functionsOf(source).map((definition) => ({
    definition,
    points: logPointsOf(definition),
  }));
  let telling = functions.filter(({ points }) => points.length > 0);
  if (telling.length === 0 && !logsAlready(source.statements)) {
    telling = functions
      .map(({ definition }) => ({ definition, points: entryPointsOf(definition) }))
      .filter(({ points }) => points.length > 0);
  }
  if (telling.length === 0) return NOTHING;
  const calls = new LogCalls(source, logger.name);
  const edits = telling.flatMap(({ points }) => points.map((point) => callEdit(source, calls, point)));
  const names = telling.map(({ definition }) => definition.name);
  return {
    edits: merged([...setUp(source, head, logger), ...edits]),
    summary: `log in ${listed([...new Set(names)])}`,
  };
}

interface Logger {
  readonly name: string;
  /** The line that makes it, if it is not there yet. */
  readonly statement: string | undefined;
  readonly importsLogging: boolean;
}

/** The module's logger as it is or shall be; null if the file logs in another way that is not to be mixed. */
function loggerOf({ statements }: PythonSource, head: Head): Logger | null {
  for (const { code } of statements) {
    const name = /^(\w+)\s*(?::[^=]+)?=\s*(?:\w+\.)?(?:getLogger|get_logger)\(/u.exec(code)?.[1];
    if (name !== undefined) return { name, statement: undefined, importsLogging: true };
  }
  const imported = head.imports.find(
    (statement) => moduleOf(statement) === 'logging' && statement.keyword === 'import',
  );
  const alias = /^import\s+logging\s+as\s+(\w+)$/.exec(imported?.code ?? '')?.[1];
  const taken = (name: string): boolean =>
    [...walk(statements)].some(({ code }) =>
      new RegExp(`(?<![\\w.])${name}\\b\\s*(?:,|=(?!=)|$)`, 'u').test(code),
    );
  if (/\b(loguru|structlog|absl)\b/.test(head.imports.map(moduleOf).join(' '))) return null;
  const name = ['logger', '_logger', 'module_logger'].find((candidate) => !taken(candidate));
  if (name === undefined) return null;
  return {
    name,
    statement: `${name} = ${alias ?? 'logging'}.getLogger(__name__)`,
    importsLogging:
      imported !== undefined && (alias !== undefined || /^import\s+logging$/.test(imported.code)),
  };
}

/** The import and the logger, each where convention has it. */
function setUp(source: PythonSource, head: Head, logger: Logger): LineEdit[] {
  if (logger.statement === undefined) return [];
  const importing = logger.importsLogging ? undefined : importPlace(source, head, 'logging');
  const end = head.imports.length > 0 ? head.end : (importing?.line ?? head.end);
  const made = ['', logger.statement, ...gapAfter(source, end)];
  if (importing === undefined) return [{ line: end, remove: 0, insert: made }];
  const lines = [
    ...(importing.blankBefore ? [''] : []),
    'import logging',
    ...(importing.blankAfter ? [''] : []),
  ];
  if (importing.line === end) return [{ line: end, remove: 0, insert: [...lines, ...made] }];
  return [
    { line: importing.line, remove: 0, insert: lines },
    { line: end, remove: 0, insert: made },
  ];
}

/** The blank lines that are missing between the logger and what follows: two before a definition, else one. */
function gapAfter({ lines, statements }: PythonSource, line: number): string[] {
  const next = statements.find((statement) => statement.line >= line);
  if (next === undefined) return [];
  let there = 0;
  while (lines[line + there]?.trim() === '') there += 1;
  const wanted = /^(def|class|@)$/.test(next.keyword) ? 2 : 1;
  return Array.from({ length: Math.max(0, wanted - there) }, () => '');
}

function callEdit(source: PythonSource, calls: LogCalls, point: LogPoint): LineEdit {
  const { statement, place, level, message } = point;
  if (place === 'inside') {
    const indent = statement.body[0]?.indent ?? `${statement.indent}${indentUnit(source)}`;
    return { line: statement.endLine + 1, remove: 0, insert: calls.lines(level, message, indent) };
  }
  const insert = calls.lines(level, message, statement.indent);
  return { line: place === 'before' ? statement.line : lineAfter(statement), remove: 0, insert };
}

/** Insertions at the same line in one, in their order. */
function merged(edits: readonly LineEdit[]): LineEdit[] {
  const byLine = new Map<number, LineEdit>();
  for (const edit of edits) {
    const before = byLine.get(edit.line);
    byLine.set(
      edit.line,
      before === undefined ? edit : { ...edit, insert: [...before.insert, ...edit.insert] },
    );
  }
  return [...byLine.values()];
}
