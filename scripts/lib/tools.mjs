import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as util from 'node:util';
import { cleanEnvironment, ROOT, which } from './paths.mjs';
import { runQuiet } from './run-quiet.mjs';
import { Refusal, step } from './say.mjs';

/** Programs that are not on npm: how to see that they are there, and what to install if not. */
const TOOLS = {
  redis: {
    there: () => redisUrl() !== undefined || Boolean(which('redis-server') ?? which('valkey-server')),
    package: 'redis-server',
    instead: 'redis-server or valkey-server, or set REDIS_URL',
  },
  'redis-server': {
    there: () => which('redis-server') !== undefined,
    package: 'redis-server',
    instead: 'redis-server',
  },
  mypy: { there: hasMypy, package: 'mypy', instead: 'mypy' },
  pytest: { there: hasPytest, package: 'python3-pytest', instead: 'pytest for /usr/bin/python3' },
  bubblewrap: { there: () => which('bwrap') !== undefined, package: 'bubblewrap', instead: 'bubblewrap' },
};

/** Installs what is missing where that is possible (apt and root), else says what to install. */
export async function ensureTools(names) {
  const missing = names.map((name) => TOOLS[name]).filter((tool) => !tool.there());
  if (missing.length === 0) return;
  const packages = missing.map((tool) => tool.package);
  if (process.getuid?.() !== 0 || which('apt-get') === undefined) {
    const wanted = missing.map((tool) => tool.instead).join('; ');
    throw new Refusal(
      `Missing on this machine: ${wanted}. Install it, for example: sudo apt-get install ${packages.join(' ')}`,
    );
  }
  await step(`Installing ${packages.join(', ')} (apt-get install)`, () => aptInstall(packages));
  if (packages.includes('redis-server')) stopService('redis-server');
}

async function aptInstall(packages) {
  const options = ['-o', 'DPkg::Lock::Timeout=120', '-qq'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runQuiet('apt-get', [...options, 'update'], { what: 'apt-get update', env });
  await runQuiet('apt-get', [...options, 'install', '-y', '--no-install-recommends', ...packages], {
    what: `The installation of ${packages.join(', ')}`,
    env,
  });
}

/** The package starts a service of its own; IDS runs a private server and leaves nothing else behind. */
function stopService(name) {
  const options = { env: cleanEnvironment(), stdio: 'ignore', timeout: 30_000 };
  if (existsSync('/run/systemd/system')) spawnSync('systemctl', ['disable', '--now', name], options);
  else if (existsSync(`/etc/init.d/${name}`)) spawnSync(`/etc/init.d/${name}`, ['stop'], options);
}

function hasMypy() {
  if (which('mypy') !== undefined) return true;
  const run = spawnSync('python3', ['-I', '-m', 'mypy', '--version'], { env: cleanEnvironment() });
  return run.status === 0;
}

/** The system's own Python: others may have none, or another one. */
function hasPytest() {
  const run = spawnSync('/usr/bin/python3', ['-I', '-c', 'import pytest'], { env: cleanEnvironment() });
  return run.status === 0;
}

/** REDIS_URL as the programs will see it: from the environment, else from `.env`; empty counts as unset. */
export function redisUrl() {
  const file = join(ROOT, '.env');
  const fromFile = existsSync(file) ? util.parseEnv(readFileSync(file, 'utf8')) : {};
  return (process.env.REDIS_URL ?? fromFile.REDIS_URL) || undefined;
}
