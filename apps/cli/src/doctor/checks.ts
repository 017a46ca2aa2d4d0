import { describeModel, loadSettings, readEnvironment, SettingError, type Settings } from '@ids/config';
import { messageOf } from '@ids/kernel';
import type { IdsClient } from '../client/ids-client.js';
import { installationRoot } from '../root.js';
import { missing, optional, there, type CheckResult } from './check-result.js';
import { firstVersion } from './probe.js';

export async function checkRedis(): Promise<CheckResult> {
  const version = await firstVersion(['redis-server', '--version'], ['valkey-server', '--version']);
  if (version !== undefined) return there('Redis', shortVersion(version));
  if (readEnvironment(installationRoot())['REDIS_URL'])
    return there('Redis', 'no server here; REDIS_URL names one');
  return missing(
    'Redis',
    'neither redis-server nor valkey-server',
    'Debian, Ubuntu: apt-get install redis-server. Or set REDIS_URL to one that runs elsewhere.',
  );
}

/** `Redis server v=7.0.15 sha=…` says more than is asked for. */
function shortVersion(line: string): string {
  const [, name, version] = /^(\w+).*?v=(\d\S*)/.exec(line) ?? [];
  if (name === undefined || version === undefined) return line;
  return name === 'Redis' ? version : `${name} ${version}`;
}

export async function checkModel(): Promise<CheckResult> {
  try {
    return there('Model', describeModel(settings().model));
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return missing('Model', error.message, 'Correct it in the environment or in .env (see .env.example).');
  }
}

export async function checkGateway(client: IdsClient): Promise<CheckResult> {
  try {
    const { ready, detail } = await client.readiness();
    if (ready) return there('Gateway', `ready at ${client.url}`);
    return missing('Gateway', `at ${client.url}, but not ready: ${detail}`, 'Look at its logs.');
  } catch (error) {
    return optional('Gateway', `none at ${client.url}`, messageOf(error));
  }
}

/** The settings as gateway and workers would see them; which Redis it is does not matter here. */
function settings(): Settings {
  return loadSettings({ REDIS_URL: 'redis://127.0.0.1', ...readEnvironment(installationRoot()) });
}
