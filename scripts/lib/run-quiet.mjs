import { spawn } from 'node:child_process';
import { cleanEnvironment, ROOT } from './paths.mjs';
import { Refusal, say } from './say.mjs';

const SHOWN_LINES = 30;

/** Runs a program and keeps its output; shows the end of it and stops when the program fails. */
export async function runQuiet(program, args, { what, env = {} }) {
  const { code, output } = await collect(program, args, { ...cleanEnvironment(), ...env });
  if (code === 0) return;
  say(output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n'));
  throw new Refusal(`${what} failed (${program} ended with ${code}); the reason stands above.`);
}

function collect(program, args, env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => child.kill();
    process.once('exit', kill);
    let output = '';
    const keep = (data) => (output += data);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: error.code ?? 'an error', output: String(error.message) }));
    child.on('close', (code, signal) => {
      process.off('exit', kill);
      resolve({ code: code ?? signal, output });
    });
  });
}
