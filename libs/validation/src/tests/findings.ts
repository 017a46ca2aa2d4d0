import { posix } from 'node:path';
import type { Finding } from '@ids/contracts';
import type { Broken, Failure } from './report.js';

const MESSAGE_CHARS = 600;
/** What a session's record has to hold is bounded. */
const FINDINGS = 50;

/** A test that fails; `how` says what kind of failure it is. */
export function failedTest(id: string, failure: Failure, how: string): Finding {
  return finding('test-failed', 'error', placeOf(failure, id), `${how}: ${id}: ${failure.message}`);
}

/** A test that failed among the others and passed alone: a person has to look. */
export function flakyTest(id: string, failure: Failure): Finding {
  const how = 'test failed in the whole run and passed when it ran again alone';
  return finding('test-flaky', 'warning', placeOf(failure, id), `${how}: ${id}: ${failure.message}`);
}

/** A file or class whose tests are out of reach now. */
export function lostScope(scope: string, failure: Failure, lost: number): Finding {
  const what = lost === 0 ? '' : ` (${lost} passed before)`;
  const name = scope === '' ? 'the project' : scope;
  const message = `the tests of ${name} cannot be run any more${what}: ${failure.message}`;
  return finding('tests-broken', 'error', placeOf(failure, scope), message);
}

/** Nothing fails because nothing runs: a person has to look. */
export function noneLeft(passed: number): Finding {
  const message = `no test passes any more, since none is found or all are skipped; ${passed} passed before`;
  return finding('tests-broken', 'warning', { path: '.', line: 0 }, message);
}

/** A run that came to its end before the change, and does not now. */
export function brokenRun({ kind, message, during }: Broken, seconds: number): Finding {
  const code = kind === 'time' ? 'tests-timeout' : kind === 'crashed' ? 'tests-crashed' : 'tests-failed';
  const what = kind === 'time' ? `the tests took longer than ${seconds} s` : message;
  const running = during === undefined ? '' : ` (while ${during} ran)`;
  return finding(code, 'error', placeOf(undefined, during ?? ''), `${what}${running}`);
}

/** At most so many, the last of them telling how many more there are. */
export function bounded(findings: readonly Finding[]): Finding[] {
  if (findings.length <= FINDINGS) return [...findings];
  const more = findings.length - FINDINGS + 1;
  const rest = findings.slice(FINDINGS - 1);
  const severity = rest.some((each) => each.severity === 'error') ? 'error' : 'warning';
  const told = finding('test-failed', severity, { path: '.', line: 0 }, `and ${more} more such findings`);
  return [...findings.slice(0, FINDINGS - 1), told];
}

/** The failure's own place, else the file that the id names. */
function placeOf(failure: Failure | undefined, id: string): { path: string; line: number } {
  if (failure?.path !== undefined && failure.path !== null && isPlain(failure.path)) {
    return { path: failure.path, line: failure.line };
  }
  const [path = ''] = id.split('::');
  return { path: /\.pyw?$/.test(path) && isPlain(path) ? path : '.', line: 0 };
}

/** Reported by the tests' process, so it may be anything. */
function isPlain(path: string): boolean {
  const leads = posix.isAbsolute(path) || posix.normalize(path) !== path || path.split('/')[0] === '..';
  return !leads && path.length <= 1_000 && printable(path) === path;
}

function finding(
  code: string,
  severity: Finding['severity'],
  place: { readonly path: string; readonly line: number },
  message: string,
): Finding {
  return { ...place, column: 0, code, severity, message: printable(message).slice(0, MESSAGE_CHARS) };
}

/** Without control characters, which could act on a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
