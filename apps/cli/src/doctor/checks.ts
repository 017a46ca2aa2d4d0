import { describeModel, loadSettings, readEnvironment, SettingError, type Settings } from '@ids/config';
import { messageOf } from '@ids/kernel';
import { createRequire } from 'node:module';
import type { IdsClient } from '../client/ids-client.js';
import { installationRoot } from '../root.js';
import { firstVersion, versionOf } from './probe.js';

export interface CheckResult {
  readonly name: string;
  /** `optional`: it is not there and IDS runs without. */
  readonly state: 'there' | 'optional' | 'missing';
  readonly found: string;
  /** How to get it. */
  readonly advice?: string;
}
export type Check = (client: IdsClient) => Promise<CheckResult>;

const OLDEST_PYTHON = [3, 9] as const;

const there = (name: string, found: string): CheckResult => ({ name, state: 'there', found });
const missing = (name: string, found: string, advice: string): CheckResult => ({
  name,
  state: 'missing',
  found,
  advice,
});
const optional = (name: string, found: string, advice: string): CheckResult => ({
  name,
  state: 'optional',
  found,
  advice,
});

const node: Check = () => Promise.resolve(there('Node.js', process.versions.node));

const python: Check = async () => {
  const program = 'import sys; print("%d.%d.%d" % sys.version_info[:3])';
  for (const name of ['python3', 'python']) {
    const version = await versionOf(name, '-I', '-S', '-c', program);
    if (version === undefined) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const enough = major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
    if (enough) return there('Python', version);
  }
  return missing('Python', 'none >= 3.9', 'Debian, Ubuntu: apt-get install python3. Else: python.org');
};

const git: Check = async () => {
  const version = await versionOf('git', '--version');
  if (version !== undefined) return there('git', version);
  return missing('git', 'not found', 'Debian, Ubuntu: apt-get install git');
};

const redis: Check = async () => {
  const version = await firstVersion(['redis-server', '--version'], ['valkey-server', '--version']);
  if (version !== undefined) return there('Redis', version);
  if (readEnvironment(installationRoot())['REDIS_URL'])
    return there('Redis', 'no server here; REDIS_URL names one');
  return missing(
    'Redis',
    'neither redis-server nor valkey-server',
    'Debian, Ubuntu: apt-get install redis-server. Or set REDIS_URL to one that runs elsewhere.',
  );
};

const mypy: Check = async () => {
  const version = await firstVersion(['mypy', '--version'], ['python3', '-I', '-m', 'mypy', '--version']);
  if (version !== undefined) return there('mypy', version);
  return optional(
    'mypy',
    'not found; the layer types is skipped',
    'apt-get install mypy, or pip install mypy',
  );
};

const ruff: Check = async () => {
  const version = await versionOf('ruff', '--version');
  if (version !== undefined) return there('ruff', version);
  try {
    createRequire(import.meta.url).resolve('@astral-sh/ruff-wasm-nodejs');
    return there('ruff', 'the one that comes with IDS (WebAssembly)');
  } catch {
    return optional('ruff', 'not found; the layer lint is skipped', 'npm ci, or pip install ruff');
  }
};

const bubblewrap: Check = async () => {
  const version = await versionOf('bwrap', '--version');
  if (version !== undefined) return there('bubblewrap', version);
  return optional(
    'bubblewrap',
    "not found; the layer tests, which runs a project's code, is skipped",
    'Debian, Ubuntu: apt-get install bubblewrap',
  );
};

const model: Check = async () => {
  try {
    return there('Model', describeModel(settings().model));
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return missing('Model', error.message, 'Correct it in the environment or in .env (see .env.example).');
  }
};

const gateway: Check = async (client) => {
  try {
    const { ready, detail } = await client.readiness();
    if (ready) return there('Gateway', `ready at ${client.url}`);
    return missing('Gateway', `at ${client.url}, but not ready: ${detail}`, 'Look at its logs.');
  } catch (error) {
    const found = `none at ${client.url} (${messageOf(error)})`;
    return optional('Gateway', found, 'Start it with npm start, or name another with IDS_URL.');
  }
};

export const CHECKS: readonly Check[] = [node, python, git, redis, mypy, ruff, bubblewrap, model, gateway];

/** The settings as gateway and workers would see them; which Redis it is does not matter here. */
function settings(): Settings {
  return loadSettings({ REDIS_URL: 'redis://127.0.0.1', ...readEnvironment(installationRoot()) });
}
