import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { cleanEnvironment, ROOT } from './paths.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a script in the foreground and answers its exit code. Signals are passed on and the script decides when to
 * end. The channel between the two tells the script when this process is gone.
 */
export function runForeground(node, args, cwd = ROOT) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, {
      cwd,
      env: cleanEnvironment(),
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
    const stopWatching = watchParent(() => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      stopWatching();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** Under npm, the end of npm (killed, say) must end the command too; by hand, a closed shell need not. */
function watchParent(gone) {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const timer = setInterval(() => {
    if (process.ppid !== parent) gone();
  }, 1_000);
  return () => clearInterval(timer);
}
