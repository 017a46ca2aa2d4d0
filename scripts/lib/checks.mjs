// What `npm test` and `npm run test:corpus` share: steps that run one after the other and are counted as tests.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenStopped } from './lifetime.mjs';
import { cleanEnvironment, ROOT } from './paths.mjs';
import { say } from './say.mjs';

export const bin = (path) => join(ROOT, 'node_modules', path);

let running;

whenStopped((signal) => {
  running?.kill(signal);
  process.exit(130);
});

/** Runs a script of node_modules; resolves with whether it ended well and how. */
function run(args, options = {}) {
  return new Promise((resolve) => {
    running = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...cleanEnvironment(), ...options.env },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: options.timeout,
      killSignal: 'SIGKILL',
    });
    running.on('error', (error) => resolve({ ok: false, how: error.message }));
    running.on('close', (code, signal) => resolve({ ok: code === 0, how: signal ?? `exit code ${code}` }));
  });
}

/** Runs one step, says how it ended and how long it took; answers whether it ended well. */
async function timed(name, args, options) {
  const start = Date.now();
  const { ok, how } = await run(args, options);
  const seconds = ((Date.now() - start) / 1_000).toFixed(1);
  say(`${ok ? '✓' : '✗'} ${name}: ${ok ? 'passed' : `failed (${how})`} in ${seconds} s`);
  return ok;
}

/** A check that counts as one test. */
export async function check([name, args]) {
  const ok = await timed(name, args);
  return ok ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** Runs jest, for at most `limitMs`: a hanging test must not hang the build for ever. */
export async function tests(name, extra, limitMs) {
  const folder = mkdtempSync(join(tmpdir(), 'ids-jest-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const report = join(folder, 'report.json');
  const args = ['--maxWorkers=2', '--json', `--outputFile=${report}`, ...extra];
  const ok = await timed(name, ['--experimental-vm-modules', bin('jest/bin/jest.js'), ...args], {
    env: { NODE_NO_WARNINGS: '1' },
    timeout: limitMs,
  });
  return counted(report, ok);
}

/** A suite that could not even start counts as one failed test; so does a jest that ended badly with no failed test. */
function counted(report, ok) {
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    passed: result.numPassedTests,
    failed: ok ? failed : Math.max(failed, 1),
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

/** Ends with the plain line `N passed, N failed, N skipped` and the exit code that goes with it. */
export function conclude(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}
