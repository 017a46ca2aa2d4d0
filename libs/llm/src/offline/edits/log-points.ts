import { isStub, type FunctionDefinition } from '../python/definitions.js';
import { opensBlock, walk, walkOwn, type Statement } from '../python/source.js';
import { failureMessage, handlerMessage, startMessage, successMessage } from './log-messages.js';
import type { Message } from './log-calls.js';

/** A log call and the statement that it goes before or after. */
export interface LogPoint {
  readonly level: 'debug' | 'info' | 'warning' | 'exception';
  readonly message: Message;
  readonly place: 'before' | 'after' | 'inside';
  readonly statement: Statement;
}

/** `self.x = …`, `self.x[…] += …`, `del self.x`. */
const ASSIGNS = /^(?:self\.[\w.]+(?:\[[^\]]*\])*\s*(?:[-+*/|&^%@]|\/\/|\*\*|<<|>>)?=(?!=)|del\s+self\.)/;
const MUTATES =
  /^(?:return\s+|[\w.]+\s*=\s*)?self\.[\w.]+\.(?:append|appendleft|add|remove|pop|popleft|popitem|update|insert|extend|clear|discard|setdefault)\(/;
/** What talks to the world outside. */
const TALKS =
  /\b(?:open|print|input|urlopen)\(|\b(?:requests|httpx|subprocess|socket|shutil|sqlite3|urllib)\.|\bos\.(?:remove|rename|replace|mkdir|makedirs|unlink|system)\(|\.(?:read_text|write_text|read_bytes|write_bytes|execute|executemany|commit|send|sendall|recv|connect|unlink|mkdir)\(|\b(?:json|pickle|yaml|csv|toml)\.(?:load|dump|safe_load|reader|writer)\b/;
const LOGS =
  /\b(?:log|logger|logging|_log|_logger|LOG|LOGGER)\.(?:debug|info|warn|warning|error|exception|critical|log)\(/;
const SILENT_RAISES =
  /^raise\s*$|^raise\s+(?:NotImplementedError|StopIteration|StopAsyncIteration|SystemExit|KeyboardInterrupt|GeneratorExit|AssertionError)\b/;
/** A class is raised here, not an error passed on that was told of before. */
const LOUD_RAISE = /^raise\s+(?:\w+\.)*_*[A-Z]\w*\b[^;]*$/;
const BROAD_HANDLER = /^except(?:\s*:|\s+\(?\s*(?:Base)?(?:Exception|OSError|IOError)\b)/;
/** What must not slow down or change by a log line, and what runs while objects are only being looked at. */
const QUIET_DECORATORS =
  /^@(?:[\w.]*\.)?(?:property|cached_property|getter|lru_cache|cache|overload|abstractmethod|jit|njit)\b/;

/** Whether a function, or anything in a file, writes to a log already. */
export function logsAlready(statements: readonly Statement[]): boolean {
  return [...walk(statements)].some(({ code }) => LOGS.test(code));
}

/** Where a function has something to tell: before it fails, after it changed state, when it talks to the world. */
export function logPointsOf(definition: FunctionDefinition): LogPoint[] {
  if (isQuiet(definition)) return [];
  const { name } = definition;
  const special = name.startsWith('__') && name.endsWith('__');
  if (special && name !== '__init__' && name !== '__post_init__') return [];
  const failures = failurePoints(definition);
  if (special) return failures;
  const change = changePoint(definition);
  const start = change === undefined && talks(definition) ? startPoint(definition) : undefined;
  return [start, ...failures, ...handlerPoints(definition), change].filter((point) => point !== undefined);
}

/** For a file in which nothing else was found worth telling: the call itself, unless the function is trivial. */
export function entryPointsOf(definition: FunctionDefinition): LogPoint[] {
  const { name } = definition;
  if (isQuiet(definition) || name.startsWith('__')) return [];
  return [startPoint(definition)].filter((point) => point !== undefined);
}

function isQuiet(definition: FunctionDefinition): boolean {
  const { body, decorators, nested } = definition;
  if (nested || body.length === 0 || isStub(definition)) return true;
  if (decorators.some((decorator) => QUIET_DECORATORS.test(decorator))) return true;
  return logsAlready(definition.statement.body);
}

function failurePoints(definition: FunctionDefinition): LogPoint[] {
  return [...walkOwn(definition.body)]
    .filter(({ keyword, code }) => keyword === 'raise' && LOUD_RAISE.test(code) && !SILENT_RAISES.test(code))
    .map((statement) => ({
      level: 'warning' as const,
      message: failureMessage(definition, statement),
      place: 'before' as const,
      statement,
    }));
}

/** Handlers that take everything and say nothing. */
function handlerPoints(definition: FunctionDefinition): LogPoint[] {
  return [...walkOwn(definition.body)]
    .filter((statement) => BROAD_HANDLER.test(statement.code) && opensBlock(statement))
    .filter(({ body }) => ![...walk(body)].some(({ keyword }) => keyword === 'raise'))
    .map((statement) => ({
      level: 'exception' as const,
      message: handlerMessage(definition),
      place: 'inside' as const,
      statement,
    }));
}

/** After the last change of state that surely happened when the log call is reached. */
function changePoint(definition: FunctionDefinition): LogPoint | undefined {
  const statement = lastChange(definition.body);
  if (statement === undefined) return undefined;
  const leaves = statement.keyword === 'return';
  return {
    level: 'info',
    message: successMessage(definition, leaves),
    place: leaves ? 'before' : 'after',
    statement,
  };
}

function changes({ code }: Statement): boolean {
  return ASSIGNS.test(code) || MUTATES.test(code);
}

/**
 * The statement after which to tell of a change: in a branch if it happens in a branch, after a loop or a `with` if
 * that is surely reached. A block that ends in an error has changed nothing worth telling.
 */
function lastChange(body: readonly Statement[]): Statement | undefined {
  if (body.at(-1)?.keyword === 'raise') return undefined;
  for (const [index, statement] of [...body.entries()].reverse()) {
    const found = changeIn(statement, body[index + 1]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function changeIn(statement: Statement, next: Statement | undefined): Statement | undefined {
  const { keyword, code, body } = statement;
  if (/^(def|class|except|@)$/.test(keyword) || code.includes(';')) return undefined;
  if (body.length === 0) return changes(statement) ? statement : undefined;
  const found = lastChange(body);
  if (found === undefined || !/^(for|while|with)$/.test(keyword)) return found;
  if (isPassedThrough(statement, next)) return statement;
  return keyword === 'with' || happensOnce(found) ? found : undefined;
}

/** Whether a loop is left once a statement of it has run. */
function happensOnce({ parent, keyword }: Statement): boolean {
  return keyword === 'return' || /^(return|break)$/.test(parent?.body.at(-1)?.keyword ?? '');
}

/** Whether what stands after a loop or a `with` is reached once its block has run. */
function isPassedThrough({ keyword, code, body }: Statement, next: Statement | undefined): boolean {
  if (keyword !== 'with' && next?.keyword === 'else') return false;
  if (/^while\s+(True|1)\s*:|\bsuppress\b/.test(code)) return false;
  return ![...walkOwn(body)].some((inner) => /\breturn\b/.test(inner.code));
}

function talks({ body }: FunctionDefinition): boolean {
  return [...walkOwn(body)].some(({ code }) => TALKS.test(code));
}

function startPoint(definition: FunctionDefinition): LogPoint | undefined {
  const [first] = definition.body;
  if (first === undefined || first.line === definition.statement.endLine) return undefined;
  return { level: 'debug', message: startMessage(definition), place: 'before', statement: first };
}
