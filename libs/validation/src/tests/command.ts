import { z } from 'zod';
import type { ProjectPython } from '@ids/python';
import type { Inside } from '../sandbox.js';
import { packagesElsewhere } from './readable.js';

/** The Python that the tests run on, seen from inside of the sandbox. */
export interface TestPython {
  /** Absolute, outside of the copy. */
  readonly executable: string;
  /** Packages of an environment that this Python does not find by itself. */
  readonly packages: readonly string[];
}

export interface Suite {
  /** `pytest 7.2.1 on CPython 3.11.2` */
  readonly tool: string;
  /** Those of `ids`, or all; a command of the project's own always runs what it runs. */
  command(inside: Inside, ids: readonly string[]): readonly string[];
  /** Whether `command` heeds `ids`. */
  readonly selects: boolean;
}

const probeSchema = z.object({ python: z.string().max(100), pytest: z.string().max(100).nullable() });
export type Probe = z.infer<typeof probeSchema>;

/**
 * `--maxfail=0`, against a project that stops at its first failure: what is not run cannot be compared. The
 * cache stays as the project has it, since its options (`--last-failed`) are not known without; the copy goes
 * anyway.
 */
const PYTEST = [
  '-q',
  '--rootdir=.',
  '--color=no',
  '--tb=short',
  '--maxfail=0',
  '--continue-on-collection-errors',
];

/** The environment's own Python, and the interpreter that reads its packages where that cannot be started. */
export function candidates(python: ProjectPython): TestPython[] {
  const { environment, interpreter, sitePackages } = python;
  const { executable } = interpreter;
  const elsewhere = packagesElsewhere(python);
  if (environment === undefined) return [{ executable, packages: elsewhere }];
  return [
    { executable: `${environment}/bin/python`, packages: elsewhere },
    { executable, packages: sitePackages },
  ];
}

export function probeCommand(python: TestPython, inside: Inside): string[] {
  return [python.executable, `${inside.runners}/probe.py`];
}

/** What the probe printed last; undefined if it did not run. */
export function readProbe(output: string): Probe | undefined {
  try {
    const answer = probeSchema.safeParse(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
    return answer.success ? answer.data : undefined;
  } catch {
    return undefined;
  }
}

export function suiteOf(python: TestPython, probe: Probe, own: readonly string[] | undefined): Suite {
  const on = `CPython ${probe.python}`;
  if (own !== undefined) return { tool: `${own[0] ?? ''} on ${on}`, selects: false, command: () => own };
  const pytest = probe.pytest !== null;
  const script = pytest ? 'run_pytest.py' : 'run_unittest.py';
  return {
    tool: `${pytest ? `pytest ${probe.pytest}` : 'unittest'} on ${on}`,
    selects: true,
    command: ({ runners }, ids) => [
      python.executable,
      `${runners}/${script}`,
      ...(pytest ? PYTEST : []),
      ...(ids.length > 0 ? ['--', ...ids] : []),
    ],
  };
}
