import { copyFile, cp, mkdir, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Finding, LayerSwitch } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import { judged, unavailable, type Outcome } from './layer.js';
import { findSandbox, type Sandbox } from './sandbox.js';
import type { Staged } from './staging.js';

export interface TestsRequest {
  readonly root: string;
  /** An empty private folder, removed by the caller. */
  readonly folder: string;
  readonly executable: string;
  readonly version: string;
  readonly staged?: Staged;
  readonly wanted: LayerSwitch;
  readonly signal: AbortSignal;
}

interface Run {
  readonly passed: boolean;
  /** The ids of failed tests; empty if the run failed as a whole. */
  readonly failed: string[];
  readonly output: string;
  readonly none: boolean;
}

const LEFT_OUT = new Set(['.git', '.ids', 'node_modules', '__pycache__', '.mypy_cache', '.pytest_cache']);
const PYTEST = ['-m', 'pytest', '-q', '-rfE', '--tb=no', '--color=no', '-p', 'no:cacheprovider'];
const UNITTEST = ['-m', 'unittest', 'discover'];
const NO_TESTS = 5;

/**
 * The project's own tests, on a full copy with the change, in a sandbox without network: the only layer that
 * runs project code. A test that failed before the change too is not blamed on it.
 */
export async function runTests(request: TestsRequest): Promise<Outcome> {
  const sandbox = await findSandbox(request.executable, request.signal);
  if ('unavailable' in sandbox) return unavailable('tests', request.wanted, sandbox.unavailable);
  const copy = join(request.folder, 'after');
  await copyTree(request.root, copy, request.staged);
  const pytest = (await sandbox.run(['-c', 'import pytest'], copy, request.signal)).exitCode === 0;
  const tool = `${pytest ? 'pytest' : 'unittest'} on CPython ${request.version}, in bubblewrap`;
  const after = await runOnce(sandbox, copy, pytest, request.signal);
  if (after.none) return { ...judged({ findings: [], tool }), reason: 'the project has no tests' };
  if (after.passed) return judged({ findings: [], tool });
  const before = request.staged === undefined ? undefined : await runBefore(request, sandbox, pytest);
  const known = new Set(before?.failed);
  const fresh = after.failed.filter((id) => !known.has(id));
  if (after.failed.length > 0) {
    return judged({ findings: fresh.map(asFinding), existing: after.failed.length - fresh.length, tool });
  }
  return judged({ findings: [wholeRun(after.output)], tool });
}

async function runBefore(request: TestsRequest, sandbox: Sandbox, pytest: boolean): Promise<Run> {
  const copy = join(request.folder, 'before');
  await copyTree(request.root, copy);
  return await runOnce(sandbox, copy, pytest, request.signal);
}

async function copyTree(root: string, copy: string, staged?: Staged): Promise<void> {
  const filter = (source: string): boolean => source === root || !LEFT_OUT.has(basename(source));
  await cp(root, copy, { recursive: true, verbatimSymlinks: true, filter });
  for (const path of staged?.removed ?? []) await rm(join(copy, path), { force: true });
  for (const [path, file] of Object.entries(staged?.added ?? {})) {
    const folder = dirname(join(copy, path));
    await mkdir(folder, { recursive: true });
    // A link in the project must not lead the copy elsewhere.
    if ((await realpath(folder)) !== folder) {
      throw new IdsError('path_not_allowed', { path, reason: 'it leads through a link' });
    }
    await rm(join(copy, path), { force: true });
    await copyFile(file, join(copy, path));
  }
}

async function runOnce(sandbox: Sandbox, copy: string, pytest: boolean, signal: AbortSignal): Promise<Run> {
  const { exitCode, output } = await sandbox.run(pytest ? PYTEST : UNITTEST, copy, signal);
  const failed = [...output.matchAll(pytest ? /^(?:FAILED|ERROR) (\S+)/gm : /^(?:FAIL|ERROR): (.+)$/gm)];
  return {
    passed: exitCode === 0,
    failed: [...new Set(failed.map(([, id = '']) => id))],
    output,
    none: exitCode === NO_TESTS || /^Ran 0 tests/m.test(output),
  };
}

function asFinding(id: string): Finding {
  const [path = ''] = id.split('::');
  return {
    path: path.endsWith('.py') ? path : '.',
    line: 0,
    column: 0,
    code: 'test-failed',
    severity: 'error',
    message: `test failed: ${id}`,
  };
}

function wholeRun(output: string): Finding {
  const tail = output.trim().split('\n').slice(-3).join(' ').slice(-500);
  const message = `the tests could not be run to their end: ${tail}`;
  return { path: '.', line: 0, column: 0, code: 'tests-failed', severity: 'error', message };
}
