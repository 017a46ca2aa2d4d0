import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeModel, loadSettings, readEnvironment, type Settings } from '@ids/config';
import { styleOf } from '../render/style.js';
import { installationRoot } from '../root.js';
import { unlessAborted, type Launch } from './launch.js';
import { Stack } from './stack.js';
import { withTemporaryFolder } from './temporary-folder.js';

const WORKERS = 2;

/** `npm start`: gateway and workers in the foreground until Ctrl-C. */
export async function start({ guardian, signal }: Launch): Promise<number> {
  const root = installationRoot();
  const env = readEnvironment(root);
  // Bad settings are said here, once, and not by each child.
  const settings = loadSettings({ ...env, REDIS_URL: env['REDIS_URL'] || 'redis://127.0.0.1' });
  const redisFolder = join(root, '.ids/redis');
  await mkdir(redisFolder, { recursive: true });
  const pretty = settings.log.format === undefined && process.stderr.isTTY;
  // What a killed worker leaves in its temporary folder goes when all stops.
  await withTemporaryFolder('ids-start-', guardian, async (folder) => {
    const stack = new Stack(
      {
        workers: WORKERS,
        env: { ...env, TMPDIR: folder, ...(pretty ? { LOG_FORMAT: 'pretty' } : {}) },
        redisFolder,
        log: (name, line) => process.stderr.write(pretty ? `${name.padEnd(8)} ${line}\n` : `${line}\n`),
      },
      guardian,
    );
    const greet = (url: string): string[] =>
      greeting(url, settings, env['REDIS_URL'] ? undefined : redisFolder);
    await runUntilStopped(stack, greet, signal);
  });
  return 0;
}

async function runUntilStopped(
  stack: Stack,
  greet: (url: string) => string[],
  signal: AbortSignal,
): Promise<void> {
  try {
    const url = await unlessAborted(stack.start(), signal);
    process.stdout.write(`${greet(url).join('\n')}\n`);
    await unlessAborted(stack.broken(), signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    if (signal.aborted) process.stderr.write('Stopping: what runs is finished or handed back …\n');
    await stack.stop();
  }
}

function greeting(url: string, settings: Settings, redisFolder: string | undefined): string[] {
  const { bold, green, dim } = styleOf(process.stdout).colors;
  const { projectsRoot, apiKeys } = settings.gateway;
  return [
    green(bold('IDS runs.')),
    `  Console     ${url}/`,
    `  HTTP API    ${url}/docs`,
    `  Queues      ${url}/admin/queues`,
    `  Model       ${describeModel(settings.model)}`,
    `  Projects    folders at or below ${projectsRoot} (IDS_PROJECTS_ROOT)`,
    `  Redis       ${redisFolder === undefined ? 'the one of REDIS_URL' : `private, its data in ${redisFolder}`}`,
    `  Keys        ${apiKeys.length === 0 ? 'none asked (loopback only)' : `${apiKeys.length} (IDS_API_KEYS)`}`,
    '',
    'Register a project, then give it a task, from another terminal:',
    '  npx ids projects add NAME PATH',
    '  npx ids code "Add logging to app/vessel.py" --project NAME',
    ...(url.endsWith(':3000') ? [] : [dim(`  (with IDS_URL=${url} in its environment)`)]),
    'Ctrl-C stops all.',
  ];
}
