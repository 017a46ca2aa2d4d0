// When this process has to stop: a signal, or the end of whatever started it. npm runs a script through a shell, and
// neither tells its child when it is killed, so their lives are watched.
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const LOOK_MS = 500;

let stop = (signal) => process.exit(128 + constants.signals[signal]);

/** What to do when this process has to stop, from now on; before, it just exits. */
export function whenStopped(handler) {
  stop = handler;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
if (process.connected) {
  process.on('disconnect', () => stop('SIGTERM'));
  process.channel.unref();
}
if (process.env.npm_lifecycle_event !== undefined) watchStarters();

function watchStarters() {
  const before = starters();
  const timer = setInterval(() => {
    if (starters() === before) return;
    clearInterval(timer);
    stop('SIGTERM');
  }, LOOK_MS);
  timer.unref();
}

/** The ids of npm and of the shell in between, as far as the system tells; they change when one of them is gone. */
function starters() {
  const parent = process.ppid;
  try {
    const [, name, rest] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${parent}/stat`, 'utf8'));
    const isShell = /^(sh|dash|bash|ash|busybox|zsh)$/.test(name);
    return isShell ? `${parent} ${rest.split(' ')[1]}` : `${parent}`;
  } catch {
    return `${parent}`;
  }
}
