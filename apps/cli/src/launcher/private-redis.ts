import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RawEnvironment } from '@ids/config';
import { execa } from 'execa';
import { Child } from './child.js';
import type { Guardian } from './guardian.js';

export interface PrivateRedis {
  readonly url: string;
  readonly child: Child;
}

export interface RedisPlan {
  /** Where its append-only file lies. */
  readonly folder: string;
  readonly env: RawEnvironment;
  readonly log: (line: string) => void;
}

const READY_MS = 30_000;
const PID_FILE = 'redis.pid';
/** Another program may take the free port in between. */
const TRIES = 3;

/** Starts a Redis or Valkey of our own: loopback, a free port, a password that only our processes know. */
export async function startPrivateRedis(plan: RedisPlan, guardian: Guardian): Promise<PrivateRedis> {
  const program = await serverProgram();
  await untilFree(plan.folder);
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const password = randomBytes(24).toString('hex');
    const child = new Child(
      {
        name: 'private Redis',
        program,
        // The configuration goes through a pipe: arguments can be read by every user of the machine.
        args: ['-'],
        input: configuration(plan.folder, port, password),
        cwd: plan.folder,
        env: plan.env,
        log: plan.log,
      },
      guardian,
    );
    try {
      await untilReady(child, port, password);
      return { url: `redis://:${password}@127.0.0.1:${port}`, child };
    } catch (error) {
      await child.stop();
      if (tries === TRIES) throw error;
    }
  }
}

function configuration(folder: string, port: number, password: string): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(folder)}`,
    `pidfile ${JSON.stringify(join(folder, PID_FILE))}`,
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    'daemonize no',
    'loglevel warning',
    '',
  ].join('\n');
}

async function serverProgram(): Promise<string> {
  for (const program of ['redis-server', 'valkey-server']) {
    const { failed } = await execa(program, ['--version'], { reject: false, stdin: 'ignore' });
    if (!failed) return program;
  }
  throw new Error(
    'There is no redis-server or valkey-server on PATH; install one (Debian, Ubuntu: apt-get install redis-server) or set REDIS_URL.',
  );
}

/** Waits until a server that a killed launcher left behind has ended: two on the same files would destroy them. */
async function untilFree(folder: string): Promise<void> {
  const end = Date.now() + READY_MS;
  for (let pid = await runningServer(folder); pid !== undefined; pid = await runningServer(folder)) {
    if (Date.now() > end)
      throw new Error(`A Redis (process ${pid}) still works in ${folder}; stop it first.`);
    await delay(100);
  }
}

/** The server that noted itself in the folder, if it lives and no other program has its id by now. */
async function runningServer(folder: string): Promise<number | undefined> {
  const pid = Number(await readFile(join(folder, PID_FILE), 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return /redis|valkey/.test(name) ? pid : undefined;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no free port.');
  return address.port;
}

async function untilReady(child: Child, port: number, password: string): Promise<void> {
  let how: string | undefined;
  void child.ended.then((end) => (how = end));
  const end = Date.now() + READY_MS;
  while (!(await answers(port, password))) {
    if (how !== undefined) throw child.failure(`ended at its start (${how})`);
    if (Date.now() > end) throw child.failure(`was not ready within ${READY_MS / 1_000} s`);
    await delay(20);
  }
}

/** Whether the server takes our password and answers PING; while it loads its file it does not yet. */
function answers(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard.includes('+PONG')));
    socket.on('data', (data) => {
      heard += data.toString();
      if (heard.split('\r\n').length > 2) socket.destroy();
    });
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
  });
}
