import { appendFileSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describeModel, loadSettings, readEnvironment, type RawEnvironment } from '@ids/config';
import { styleOf } from '../render/style.js';
import { installationRoot } from '../root.js';
import { DemoStory } from './demo-story.js';
import { unlessAborted, type Launch } from './launch.js';
import { Stack } from './stack.js';
import { withTemporaryFolder } from './temporary-folder.js';

const WORKERS = 2;

const KEPT_OUT = new Set(['__pycache__', '.ids']);

/** `npm run demo`: the whole pipeline over HTTP on a copy of `examples/vessels`, then its undoing. */
export async function demo({ guardian, signal }: Launch): Promise<number> {
  const root = installationRoot();
  const log = join(root, '.ids/logs', `demo-${process.pid}.log`);
  await mkdir(join(root, '.ids/logs'), { recursive: true });
  try {
    await withTemporaryFolder('ids-demo-', guardian, async (folder) => {
      const env = environment(readEnvironment(root), folder);
      const plan = {
        workers: WORKERS,
        env: { ...env, TMPDIR: await made(folder, 'tmp') },
        redisFolder: await made(folder, 'redis'),
        log: (name: string, line: string) => appendFileSync(log, `${name}: ${line}\n`),
      };
      const project = await copyExample(root, folder);
      await play(new Stack(plan, guardian), project, env, signal);
    });
    await rm(log, { force: true });
    return 0;
  } catch (error) {
    if (signal.aborted) await rm(log, { force: true });
    else process.stderr.write(`\nThe demo failed; what gateway, workers and Redis said is in ${log}\n`);
    throw error;
  }
}

/** The person's settings, but for what must be of the demo's own. */
function environment(env: RawEnvironment, folder: string): RawEnvironment {
  return {
    ...env,
    HOST: '127.0.0.1',
    PORT: '0',
    IDS_API_KEYS: '',
    IDS_ADMIN_PASSWORD: '',
    IDS_PROJECTS_ROOT: folder,
    ENABLE_LINTING: 'true',
    TELEGRAM_BOT_TOKEN: '',
    WORKER_QUEUES: '',
    WORKER_HEALTH_PORT: '',
    LOG_FORMAT: 'json',
  };
}

async function made(folder: string, name: string): Promise<string> {
  await mkdir(join(folder, name));
  return join(folder, name);
}

async function copyExample(root: string, folder: string): Promise<string> {
  const project = join(folder, 'vessels');
  await cp(join(root, 'examples/vessels'), project, {
    recursive: true,
    filter: (path) => !KEPT_OUT.has(basename(path)),
  });
  return project;
}

function say(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

async function play(stack: Stack, project: string, env: RawEnvironment, signal: AbortSignal): Promise<void> {
  const settings = loadSettings({ ...env, REDIS_URL: env['REDIS_URL'] || 'redis://127.0.0.1' });
  const style = styleOf(process.stdout);
  const began = Date.now();
  try {
    say([style.colors.bold('IDS demo'), `Starting Redis, a gateway and ${WORKERS} workers …`]);
    const url = await unlessAborted(stack.start(), signal);
    const redis = env['REDIS_URL'] ? 'the Redis of REDIS_URL' : 'a private Redis';
    say([`  gateway ${url}, ${WORKERS} workers, ${redis}`, `  model: ${describeModel(settings.model)}`]);
    const story = new DemoStory({ url, project, style, say, signal });
    // When a process is gone, nothing more would happen: that is said rather than waited for.
    await unlessAborted(Promise.race([story.tell(), stack.broken()]), signal);
  } finally {
    await stack.stop();
  }
  const seconds = ((Date.now() - began) / 1_000).toFixed(1);
  say(['', style.colors.green(`Each step did what it says, in ${seconds} s. Nothing is left running.`)]);
}
