import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { JudgingSettings } from '@ids/contracts';
import { childEnvironment, executables } from '@ids/python';
import { bubblewrapOptions, INSIDE_REPORT, INSIDE_RUNNERS } from './tests/bubblewrap.js';
import { runContained, type RunResult } from './tests/contained-run.js';
import type { Owner } from './tests/copy-tree.js';
import { MB, type TestLimits } from './tests/limits.js';
import { withPlace, type Place } from './tests/place.js';

/** A command in terms of where things lie for it. */
export interface Inside {
  /** The copy of the project. */
  readonly root: string;
  readonly runners: string;
}

export interface SandboxRun {
  readonly place: Place;
  readonly command: (inside: Inside) => readonly string[];
  readonly env: (inside: Inside) => Readonly<Record<string, string>>;
  readonly limits: TestLimits;
  readonly signal: AbortSignal;
}

/** Something that runs commands on a copy of a project. */
export interface Sandbox {
  readonly name: string;
  /** Why this is none, if it is none. */
  readonly warning: string | undefined;
  /** Who the copy has to belong to. */
  readonly owner: Owner;
  run(request: SandboxRun): Promise<RunResult>;
}

export interface SandboxRequest {
  /** Of the project, with links resolved. */
  readonly root: string;
  /** Started first in every run, to set the limits. */
  readonly interpreter: string;
  /** What has to be seen besides the system's own. */
  readonly readable: readonly string[];
  readonly setting: JudgingSettings['testSandbox'];
  /** An empty private folder. */
  readonly folder: string;
  readonly limits: TestLimits;
  readonly signal: AbortSignal;
}

const INSTALL =
  'Tests run the code of the project and need this sandbox: install bubblewrap (Debian, Ubuntu: apt-get install ' +
  'bubblewrap). With the setting testSandbox "unsandboxed" they run without one, on a copy of the project but ' +
  'with all rights of the worker';
/** Options with which Python runs nothing but what it is given. */
const PLAIN = ['-I', '-S', '-B'];
/** Far above the users of a system. */
const FIRST_USER = 2_000_000_000;
const USERS = 100_000_000;
const PROBE_SECONDS = 20;
/** What has worked once in this process, by program and interpreter; what has not is tried again. */
const working = new Map<string, 'own-user' | 'namespace'>();

/** bubblewrap if it works here, tried with this interpreter; else what the project's setting says. */
export async function findSandbox(
  request: SandboxRequest,
): Promise<Sandbox | { readonly unavailable: string }> {
  const tried = await findBubblewrap(request);
  if ('run' in tried) return tried;
  if (request.setting !== 'unsandboxed') return { unavailable: `${tried.missing}. ${INSTALL}` };
  return unsandboxed(request.interpreter, tried.missing);
}

async function findBubblewrap(request: SandboxRequest): Promise<Sandbox | { readonly missing: string }> {
  const [bwrap] = await executables('bwrap');
  if (bwrap === undefined) return { missing: 'bubblewrap (bwrap) was not found' };
  const key = `${bwrap}\0${request.interpreter}`;
  const known = working.get(key);
  if (known !== undefined) return bubblewrap(bwrap, request, known);
  let output = '';
  for (const way of process.getuid?.() === 0
    ? (['own-user', 'namespace'] as const)
    : (['namespace'] as const)) {
    const sandbox = bubblewrap(bwrap, request, way);
    const result = await probe(sandbox, request);
    if (result.exitCode === 0) {
      working.set(key, way);
      return sandbox;
    }
    output = lastLine(result.output);
  }
  return {
    missing: `bubblewrap (${bwrap}) does not work here: ${output.slice(0, 300) || 'it gave no reason'}`,
  };
}

/** Starts the interpreter with an empty project. */
async function probe(
  sandbox: Sandbox,
  request: SandboxRequest,
): Promise<Pick<RunResult, 'exitCode' | 'output'>> {
  const { signal, interpreter } = request;
  try {
    return await withPlace(request.folder, sandbox.owner, (place) =>
      sandbox.run({
        place,
        command: () => [interpreter, '-I', '-S', '-c', ''],
        env: () => ({}),
        limits: { ...request.limits, seconds: PROBE_SECONDS },
        signal,
      }),
    );
  } catch (error) {
    signal.throwIfAborted();
    // Where root's users are few, nothing can be given to this one; there is the other way.
    return { exitCode: undefined, output: error instanceof Error ? error.message : String(error) };
  }
}

function bubblewrap(bwrap: string, request: SandboxRequest, way: 'own-user' | 'namespace'): Sandbox {
  const { root, readable, interpreter } = request;
  const owner = way === 'own-user' ? FIRST_USER + randomInt(USERS) : undefined;
  return {
    name: 'bubblewrap',
    warning: undefined,
    owner,
    run: ({ place, command, env, limits, signal }) => {
      const inside = { root, runners: INSIDE_RUNNERS };
      const variables = { ...usual('/tmp', INSIDE_REPORT), ...env(inside) };
      const options = bubblewrapOptions({ place, root, readable }, owner);
      const start = join(INSIDE_RUNNERS, 'start.py');
      const settings = limitsFor(limits, owner, limits.processes);
      return runContained({
        command: [
          bwrap,
          ...options,
          ...Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value]),
          '--',
          interpreter,
          ...PLAIN,
          start,
          settings,
          ...command(inside),
        ],
        cwd: '/',
        env: childEnvironment(),
        limits,
        folders: [place.copy, place.temp],
        signal,
      });
    },
  };
}

function unsandboxed(interpreter: string, missing: string): Sandbox {
  return {
    name: 'no sandbox',
    warning: `the tests ran without a sandbox, with all rights of the worker (testSandbox is "unsandboxed"): ${missing}`,
    owner: undefined,
    run: ({ place, command, env, limits, signal }) => {
      const inside = { root: place.copy, runners: place.runners };
      const mark = `IDS_TEST_RUN=${randomUUID()}`;
      const [name = '', value = ''] = mark.split('=');
      const start = join(place.runners, 'start.py');
      return runContained({
        // The limit of processes would count all those of the worker's user.
        command: [interpreter, ...PLAIN, start, limitsFor(limits, undefined, undefined), ...command(inside)],
        cwd: place.copy,
        env: { ...usual(place.temp, place.report), ...env(inside), [name]: value },
        limits,
        folders: [place.copy, place.temp],
        mark,
        signal,
      });
    },
  };
}

/** All that tests get of an environment, before what a run adds. */
function usual(temp: string, report: string): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: temp,
    TMPDIR: temp,
    LANG: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    // What depends on the order of sets must not differ between two runs.
    PYTHONHASHSEED: '0',
    IDS_TEST_REPORT: report,
  };
}

function limitsFor(limits: TestLimits, user: Owner, processes: number | undefined): string {
  return JSON.stringify({
    memoryBytes: limits.memoryMb * MB,
    fileBytes: limits.fileMb * MB,
    ...(user === undefined ? {} : { user }),
    ...(processes === undefined ? {} : { processes }),
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
