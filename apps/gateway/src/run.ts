import { loadSettings, SettingError, type Settings } from '@ids/config';
import { IdsError, messageOf, systemCode } from '@ids/kernel';
import { createLogger } from '@ids/observability';
import { startGateway } from './start.js';

/** Starts the gateway of this process; what is wrong at start is one sentence on stderr and exit code 1. */
export async function run(): Promise<void> {
  try {
    const settings = loadSettings();
    const log = createLogger(settings.log, 'gateway');
    const gateway = await startGateway(settings, log).catch((error: unknown) => {
      throw new Error(reasonOf(error, settings), { cause: error });
    });
    gateway.closeOnSignals();
    process.stdout.write(`IDS gateway listening on ${gateway.url}\n`);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
}

/** Names the variable to look at; never its value, which may hold a password. */
function reasonOf(error: unknown, settings: Settings): string {
  if (error instanceof SettingError) return error.message;
  if (error instanceof IdsError && error.code === 'redis_unavailable') {
    const { host } = new URL(settings.redisUrl);
    return `REDIS_URL: Redis at ${host} cannot be reached; start it, or check the address`;
  }
  const { host, port } = settings.gateway;
  if (systemCode(error) === 'EADDRINUSE')
    return `PORT: ${host}:${port} is in use; choose another, or 0 for a free one`;
  if (systemCode(error) === 'EACCES') return `PORT: ${port} may not be used by this user`;
  if (systemCode(error) === 'EADDRNOTAVAIL' || systemCode(error) === 'ENOTFOUND') {
    return `HOST: ${host} is no address of this machine`;
  }
  return `The gateway could not start: ${messageOf(error)}`;
}
