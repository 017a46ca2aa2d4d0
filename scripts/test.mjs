// What `npm test` checks: format, lint, types, dependency rules, then every test. Each check counts as one test, all
// of them run even if one fails, and the last line says `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenStopped } from './lib/lifetime.mjs';
import { cleanEnvironment, ROOT } from './lib/paths.mjs';
import { say } from './lib/say.mjs';

const bin = (path) => join(ROOT, 'node_modules', path);
const MODULES = ['apps', 'libs', 'test', 'bench'].filter((folder) => existsSync(join(ROOT, folder)));
/** A hanging test must not hang the build for ever. */
const JEST_LIMIT_MS = 20 * 60_000;

const CHECKS = [
  ['format (prettier)', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['lint (oxlint)', [bin('oxlint/bin/oxlint'), '--quiet']],
  ['types (tsc)', [bin('typescript/bin/tsc'), '--noEmit']],
  [
    'dependency rules (dependency-cruiser)',
    [bin('dependency-cruiser/bin/dependency-cruiser.mjs'), '--no-progress', ...MODULES],
  ],
];

let running;

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

async function check([name, args]) {
  const ok = await timed(name, args);
  return ok ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

async function tests(extra) {
  const folder = mkdtempSync(join(tmpdir(), 'ids-jest-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const report = join(folder, 'report.json');
  const args = ['--maxWorkers=2', '--json', `--outputFile=${report}`, ...extra];
  const ok = await timed('tests (jest)', ['--experimental-vm-modules', bin('jest/bin/jest.js'), ...args], {
    env: { NODE_NO_WARNINGS: '1' },
    timeout: JEST_LIMIT_MS,
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

whenStopped((signal) => {
  running?.kill(signal);
  process.exit(130);
});

const results = [];
for (const each of CHECKS) results.push(await check(each));
results.push(await tests(process.argv.slice(2)));
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
