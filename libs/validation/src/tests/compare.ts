import type { Finding } from '@ids/contracts';
import type { Staged } from '../staging.js';
import { brokenRun, failedTest, lostScope, noneLeft, printable } from './findings.js';
import type { Failure, TestRun } from './report.js';

/** A test that passed before the change and fails now: it gets a second try alone. */
export interface Regression {
  readonly id: string;
  readonly failure: Failure;
}

export interface Comparison {
  readonly regressions: readonly Regression[];
  /** What else counts. */
  readonly findings: readonly Finding[];
  /** Failures that are not blamed on the change. */
  readonly existing: number;
  readonly notes: readonly string[];
  /** Set if the runs say nothing about the change. */
  readonly unjudged: string | undefined;
}

/** Every failure counts: there is no change to which it could be compared. */
export function asItStands(run: TestRun, seconds: number): Comparison {
  const { broken } = run;
  const none = { regressions: [], existing: 0, notes: [] };
  if (broken?.kind === 'unusable') return { ...none, findings: [], unjudged: broken.message };
  const findings = [
    ...[...run.scopes].map(([scope, failure]) => lostScope(scope, failure, 0)),
    ...failuresOf(run).map(({ id, failure }) => failedTest(id, failure, 'test failed')),
    ...(broken === undefined ? [] : [brokenRun(broken, seconds)]),
  ];
  return { ...none, findings, unjudged: undefined };
}

/** A change after which no test passes, although nothing fails, and what it did not delete passed before. */
export function compareSilence(before: TestRun, staged: Staged): Finding[] {
  const removed = new Set(staged.removed);
  const passed = [...before.tests].filter(([id, { kind }]) => kind === 'passed' && !removed.has(pathOf(id)));
  return passed.length === 0 ? [] : [noneLeft(passed.length)];
}

/** What of a run counts against the change, by the run on the project as it was. */
export function compareRuns(after: TestRun, before: TestRun, staged: Staged, seconds: number): Comparison {
  const past = new Past(before, after, staged);
  const regressions: Regression[] = [];
  const findings: Finding[] = [];
  let existing = 0;
  for (const each of failuresOf(after)) {
    const verdict = past.verdictOn(each.id);
    if (verdict === 'passed') regressions.push(each);
    else if (verdict === 'new') findings.push(failedTest(each.id, each.failure, 'new test fails'));
    else existing += 1;
  }
  for (const [scope, failure] of after.scopes) {
    const lost = past.lostIn(scope, after);
    if (lost === 0 && past.couldNotRun(scope)) existing += 1;
    else findings.push(lostScope(scope, failure, lost));
  }
  const whole = compareEnds(after, before, seconds);
  return {
    regressions,
    findings: after.broken?.kind === 'interrupted' ? findings : [...findings, ...whole.findings],
    existing: existing + whole.existing,
    notes: whole.notes,
    unjudged: regressions.length + findings.length > 0 ? undefined : whole.unjudged,
  };
}

/** The run before the change, asked about what a run after it shows. */
class Past {
  private readonly now = new Map<string, string>();
  /** How many cases of a parametrized test failed that are not to be found now. */
  private readonly lostCases = new Map<string, number>();

  constructor(
    private readonly before: TestRun,
    after: TestRun,
    private readonly staged: Staged,
  ) {
    for (const [path, from] of Object.entries(staged.renamed)) this.now.set(from, path);
    for (const { id } of failuresOf(before)) {
      const now = this.idNow(id);
      if (after.tests.has(now)) continue;
      this.lostCases.set(testOf(now), (this.lostCases.get(testOf(now)) ?? 0) + 1);
    }
  }

  /** `unknown`: it did not pass, or nothing tells whether it did. */
  verdictOn(id: string): 'passed' | 'new' | 'unknown' {
    const past = this.before.tests.get(this.idBefore(id));
    if (past !== undefined) return past.kind === 'passed' ? 'passed' : 'unknown';
    if (this.isNewFile(id)) return 'new';
    if (this.isKnownCase(id)) return 'unknown';
    const reached = isComplete(this.before) && !this.isIn(this.before.scopes.keys(), this.idBefore(id));
    return reached ? 'new' : 'unknown';
  }

  /** Names of cases can differ from run to run (a time, a random number): then one that failed stands for another. */
  private isKnownCase(id: string): boolean {
    const lost = this.lostCases.get(testOf(id)) ?? 0;
    if (testOf(id) === id || lost === 0) return false;
    this.lostCases.set(testOf(id), lost - 1);
    return true;
  }

  /** How many tests passed in a scope that is out of reach now. A test that the change removed is not lost. */
  lostIn(scope: string, after: TestRun): number {
    let lost = 0;
    for (const [id, outcome] of this.before.tests) {
      const now = this.idNow(id);
      if (outcome.kind === 'passed' && isWithin(now, scope) && !after.tests.has(now)) lost += 1;
    }
    return lost;
  }

  couldNotRun(scope: string): boolean {
    if (this.isNewFile(scope)) return false;
    return !isComplete(this.before) || this.isIn(this.before.scopes.keys(), this.idBefore(scope));
  }

  private isIn(scopes: Iterable<string>, id: string): boolean {
    return [...scopes].some((scope) => isWithin(id, scope));
  }

  private isNewFile(id: string): boolean {
    return this.staged.created.has(pathOf(id));
  }

  private idBefore(id: string): string {
    return withPath(id, this.staged.renamed[pathOf(id)]);
  }

  private idNow(id: string): string {
    return withPath(id, this.now.get(pathOf(id)));
  }
}

/** How the runs ended, apart from their single tests. */
function compareEnds(
  after: TestRun,
  before: TestRun,
  seconds: number,
): Pick<Comparison, 'findings' | 'existing' | 'notes' | 'unjudged'> {
  const none = { findings: [], existing: 0, notes: [], unjudged: undefined };
  if (after.broken === undefined) {
    if (isComplete(before)) return none;
    const why = `the tests did not run to their end before the change (${before.broken?.message ?? ''})`;
    return { ...none, notes: [printable(`${why}; what they did not reach is not compared`)] };
  }
  if (before.broken === undefined) return { ...none, findings: [brokenRun(after.broken, seconds)] };
  const why = printable(`${after.broken.message}; it is so without the change too`);
  if (after.broken.kind === 'status') return { ...none, existing: 1, notes: [why] };
  // A run that came to its end before, if badly, and breaks off now, is worse than it was.
  if (isComplete(before)) return { ...none, findings: [brokenRun(after.broken, seconds)] };
  return { ...none, notes: [why], unjudged: why };
}

function isComplete({ broken }: TestRun): boolean {
  return broken === undefined || broken.kind === 'status';
}

function failuresOf(run: TestRun): Regression[] {
  return [...run.tests].flatMap(([id, outcome]) =>
    outcome.kind === 'failed' ? [{ id, failure: outcome }] : [],
  );
}

/** `tests/a.py::T::test[x]` lies in `tests/a.py::T`, in `tests/a.py` and in `tests`. */
function isWithin(id: string, scope: string): boolean {
  return scope === '' || id === scope || id.startsWith(`${scope}::`) || id.startsWith(`${scope}/`);
}

/** The id of a parametrized test without its case. */
function testOf(id: string): string {
  return id.split('[', 1)[0] ?? '';
}

function pathOf(id: string): string {
  return id.split('::', 1)[0] ?? '';
}

function withPath(id: string, path: string | undefined): string {
  return path === undefined ? id : path + id.slice(pathOf(id).length);
}
