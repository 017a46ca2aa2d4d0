import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.js';

/** A real Redis server of its own for one spec file. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Kills the server with SIGKILL and waits until it is gone; all that it acknowledged stays in its file. */
  kill(): Promise<void>;
  /** Starts the server again on the same port and the same data. */
  restart(): Promise<void>;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/** Starts a private Redis (append-only, noeviction) on a free loopback port. Throws if there is no redis-server. */
export async function startRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'ids-redis-'));
  const { port, ...first } = await launchSomewhere(folder);
  let { server } = first;
  const end = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill: end,
    restart: async () => {
      await end();
      server = await launch(folder, port);
    },
    stop: async () => {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port that was free a moment ago may be another's by now. */
async function launchSomewhere(
  folder: string,
  tries = 5,
): Promise<{ readonly port: number; readonly server: ChildProcess }> {
  const port = await freePort();
  try {
    return { port, server: await launch(folder, port) };
  } catch (error) {
    if (tries <= 1) throw error;
    return await launchSomewhere(folder, tries - 1);
  }
}

async function launch(folder: string, port: number): Promise<ChildProcess> {
  const server = spawn(
    'redis-server',
    [
      ['--port', String(port)],
      ['--bind', '127.0.0.1'],
      ['--dir', folder],
      ['--save', ''],
      ['--appendonly', 'yes'],
      // Else what it acknowledged while the disk was busy would wait for up to two seconds, and die with it.
      ['--appendfsync', 'no'],
      ['--maxmemory-policy', 'noeviction'],
      ['--loglevel', 'warning'],
    ].flat(),
    { stdio: 'ignore' },
  );
  let failure: Error | undefined;
  server.once('error', (error) => (failure = error));
  server.once('exit', (code) => (failure ??= new Error(`redis-server ended at its start with ${code}`)));
  try {
    await until(async () => {
      if (failure !== undefined) throw failure;
      return await accepts(port, server.pid);
    });
  } catch (error) {
    server.kill('SIGKILL');
    throw error;
  }
  return server;
}

/** Whether it is this server that answers, and PING with PONG: while it loads its append-only file it does not yet. */
function accepts(port: number, pid: number | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard.startsWith('+PONG') && heard.includes(`process_id:${pid}\r\n`)));
    socket.on('data', (data) => (heard += data.toString()));
    // It closes the connection once it has answered.
    socket.once('connect', () => socket.write('PING\r\nINFO server\r\nQUIT\r\n'));
  });
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
