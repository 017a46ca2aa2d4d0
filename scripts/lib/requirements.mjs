import { spawnSync } from 'node:child_process';
import { cleanEnvironment } from './paths.mjs';
import { Refusal } from './say.mjs';

const OLDEST_NODE = [20, 19];
const OLDEST_PYTHON = [3, 9];

/** Whether a version such as `3.11.7` is at least `[3, 9]`. */
export function isAtLeast(version, [major, minor]) {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

/** Stops with a sentence when the machine lacks what only its owner can install. */
export function checkRequirements() {
  const node = process.versions.node;
  if (!isAtLeast(node, OLDEST_NODE)) {
    throw new Refusal(
      `IDS needs Node.js >= ${OLDEST_NODE.join('.')}; this is ${node}. Install a newer one from nodejs.org.`,
    );
  }
  if (output('git', ['--version']) === undefined) {
    throw new Refusal(
      'IDS needs git, which is not on PATH. Install it (Debian, Ubuntu: apt-get install git).',
    );
  }
  checkPython();
}

function checkPython() {
  const program = 'import sys; print("%d.%d.%d" % sys.version_info[:3])';
  const found = ['python3', 'python'].map((name) => output(name, ['-I', '-c', program]));
  const versions = found.filter((version) => version !== undefined);
  if (versions.some((version) => isAtLeast(version, OLDEST_PYTHON))) return;
  const seen = versions.length > 0 ? `only ${versions.join(' and ')} was found` : 'none is on PATH';
  throw new Refusal(
    `IDS needs Python >= ${OLDEST_PYTHON.join('.')}; ${seen}. Install it (Debian, Ubuntu: apt-get install python3).`,
  );
}

function output(program, args) {
  const run = spawnSync(program, args, { encoding: 'utf8', env: cleanEnvironment(), timeout: 20_000 });
  return run.status === 0 ? run.stdout.trim() : undefined;
}
