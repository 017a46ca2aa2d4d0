import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Finding, JudgingSettings, LayerSwitch } from '@ids/contracts';
import type { ProjectPython } from '@ids/python';
import { judged, unavailable, type Outcome } from './layer.js';
import { findSandbox, type Inside, type Sandbox } from './sandbox.js';
import type { Staged } from './staging.js';
import {
  candidates,
  probeCommand,
  readProbe,
  suiteOf,
  type Suite,
  type TestPython,
} from './tests/command.js';
import {
  asItStands,
  compareRuns,
  compareSilence,
  type Comparison,
  type Regression,
} from './tests/compare.js';
import { copyTree } from './tests/copy-tree.js';
import { bounded, failedTest, flakyTest, printable } from './tests/findings.js';
import type { TestLimits } from './tests/limits.js';
import { withPlace, type Place } from './tests/place.js';
import { readableFor } from './tests/readable.js';
import { readRun, type TestRun } from './tests/report.js';

export interface TestsRequest {
  /** With links resolved. */
  readonly root: string;
  /** An empty private folder, removed by the caller. */
  readonly folder: string;
  readonly python: ProjectPython;
  /** Without it every failure counts. */
  readonly staged?: Staged;
  readonly wanted: LayerSwitch;
  readonly settings: Pick<JudgingSettings, 'testCommand' | 'testSandbox'>;
  readonly limits: TestLimits;
  readonly signal: AbortSignal;
}

/** More failures than that are no chance, and are not tried again. */
const RETRIED = 20;

/** As in ids_report.py: what is longer was cut, and pytest would find none of the others beside it. */
const LONGEST_ID = 3_000;

/** Why the tests cannot say anything. */
class Unjudged extends Error {}

/**
 * The project's own tests, on a full copy with the change: the only layer that runs project code. Only what
 * passed before and fails now counts, and what the change brought itself (docs/tests-layer.md).
 * @throws the signal's reason once aborted
 */
export async function runTests(request: TestsRequest): Promise<Outcome> {
  const { python, root, limits, signal, folder, wanted } = request;
  const sandbox = await findSandbox({
    root,
    interpreter: python.interpreter.executable,
    readable: await readableFor(python),
    setting: request.settings.testSandbox,
    folder,
    limits,
    signal,
  });
  if ('unavailable' in sandbox) return unavailable('tests', wanted, sandbox.unavailable);
  try {
    return await new TestRunner(request, sandbox).judge();
  } catch (error) {
    if (!(error instanceof Unjudged)) throw error;
    return unavailable('tests', wanted, error.message);
  }
}

class TestRunner {
  private suite: { readonly suite: Suite; readonly python: TestPython } | undefined;
  private readonly notes: string[] = [];

  constructor(
    private readonly request: TestsRequest,
    private readonly sandbox: Sandbox,
  ) {
    if (sandbox.warning !== undefined) this.notes.push(sandbox.warning);
  }

  async judge(): Promise<Outcome> {
    const { staged, limits } = this.request;
    const after = await this.run(staged, []);
    if (after.broken === undefined && failures(after) === 0) {
      return this.outcome(await this.silenced(after), undefined);
    }
    if (staged === undefined) return await this.conclude(asItStands(after, limits.seconds));
    const before = await this.run(undefined, []);
    return await this.conclude(compareRuns(after, before, staged, limits.seconds));
  }

  /** What is to be said of a run without a failure: perhaps no test ran. */
  private async silenced(after: TestRun): Promise<Finding[]> {
    const { staged } = this.request;
    if (!after.detailed || [...after.tests.values()].some(({ kind }) => kind === 'passed')) return [];
    const findings = staged === undefined ? [] : compareSilence(await this.run(undefined, []), staged);
    if (findings.length === 0) {
      this.notes.push(after.tests.size === 0 ? 'no tests were found' : 'all tests were skipped');
    }
    return findings;
  }

  private async conclude(comparison: Comparison): Promise<Outcome> {
    if (comparison.unjudged !== undefined) {
      throw new Unjudged(printable(`the tests could not be run: ${comparison.unjudged}`));
    }
    this.notes.push(...comparison.notes);
    const findings = [...(await this.retried(comparison.regressions)), ...comparison.findings];
    return this.outcome(findings, comparison.existing);
  }

  /** A test that fails only sometimes must not be blamed on a change: what passes alone asks the person. */
  private async retried(regressions: readonly Regression[]): Promise<Finding[]> {
    if (regressions.length === 0) return [];
    const ids = regressions.map(({ id }) => id).filter((id) => id.length <= LONGEST_ID);
    const many = regressions.length > RETRIED || ids.length === 0;
    const again = many ? undefined : await this.run(this.request.staged, ids);
    return regressions.map(({ id, failure }) =>
      again?.tests.get(id)?.kind === 'passed'
        ? flakyTest(id, failure)
        : failedTest(id, failure, 'test failed, which passed before'),
    );
  }

  private outcome(findings: readonly Finding[], existing: number | undefined): Outcome {
    const tool = `${this.suite?.suite.tool ?? 'tests'}, in ${this.sandbox.name}`;
    return judged({
      findings: bounded(findings),
      tool,
      ...(existing === undefined ? {} : { existing }),
      ...(this.notes.length === 0 ? {} : { note: this.notes.join('; ') }),
    });
  }

  /** Each run has a copy of its own: what one leaves behind must not decide another. */
  private async run(staged: Staged | undefined, ids: readonly string[]): Promise<TestRun> {
    const { root, folder, limits, signal } = this.request;
    const { owner } = this.sandbox;
    return await withPlace(folder, owner, async (place) => {
      const refused = await copyTree(root, place.copy, { staged, owner, limits, signal });
      if (refused !== undefined) throw new Unjudged(refused.tooLarge);
      this.suite ??= await this.findSuite(place);
      const { suite, python } = this.suite;
      const env = await this.environmentFor(place, python, !suite.selects);
      const command = (inside: Inside): readonly string[] => suite.command(inside, ids);
      const result = await this.sandbox.run({ place, command, env, limits, signal });
      return await readRun(place.reportFile, result, suite.selects);
    });
  }

  private async findSuite(place: Place): Promise<{ suite: Suite; python: TestPython }> {
    const { settings, limits, signal, python: project } = this.request;
    const tried = candidates(project);
    for (const [index, python] of tried.entries()) {
      const env = await this.environmentFor(place, python, false);
      const command = (inside: Inside): readonly string[] => probeCommand(python, inside);
      const { output } = await this.sandbox.run({ place, command, env, limits, signal });
      const probe = readProbe(output);
      if (probe === undefined) continue;
      if (index > 0)
        this.notes.push("the environment's own Python cannot be started here, another read its packages");
      return { python, suite: suiteOf(python, probe, settings.testCommand) };
    }
    throw new Unjudged(`Python (${tried.at(-1)?.executable ?? 'none'}) could not be started for the tests`);
  }

  private async environmentFor(
    place: Place,
    python: TestPython,
    plugin: boolean,
  ): Promise<(inside: Inside) => Record<string, string>> {
    const { environment, interpreter } = this.request.python;
    const hasSource = await isSourceFolder(join(place.copy, 'src'));
    const bins = [
      ...(environment === undefined ? [] : [join(environment, 'bin')]),
      dirname(interpreter.executable),
    ];
    return ({ root, runners }) => {
      // Elsewhere than in its place the copy must go before an editable install of the project itself.
      const paths = [
        ...(hasSource ? [join(root, 'src')] : []),
        ...(root === this.request.root ? [] : [root]),
      ];
      const search = [...paths, ...(plugin ? [runners] : [])].join(':');
      return {
        PATH: [...bins, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
        IDS_TEST_ROOT: root,
        IDS_TEST_PACKAGES: JSON.stringify(python.packages),
        ...(environment === undefined ? {} : { IDS_TEST_ENVIRONMENT: environment, VIRTUAL_ENV: environment }),
        ...(search === '' ? {} : { PYTHONPATH: search }),
        ...(plugin ? { PYTEST_PLUGINS: 'ids_pytest_plugin' } : {}),
      };
    };
  }
}

function failures(run: TestRun): number {
  return run.scopes.size + [...run.tests.values()].filter(({ kind }) => kind === 'failed').length;
}

/** A `src` that is no package holds packages. */
async function isSourceFolder(folder: string): Promise<boolean> {
  return (await isThere(folder)) && !(await isThere(join(folder, '__init__.py')));
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
