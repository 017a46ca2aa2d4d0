import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { whenStopped } from './lifetime.mjs';
import { cleanEnvironment, ROOT } from './paths.mjs';

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
    whenStopped((signal) => child.kill(signal));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
