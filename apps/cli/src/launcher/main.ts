import { SettingError } from '@ids/config';
import { demo } from './demo.js';
import { Guardian } from './guardian.js';
import type { Launch } from './launch.js';
import { start } from './start.js';

const COMMANDS: Readonly<Record<string, (launch: Launch) => Promise<number>>> = { demo, start };
const INTERRUPTED = 130;

/** Runs `demo` or `start`; whatever ends it, its children, ports and temporary folders end with it. */
async function main(name: string): Promise<number> {
  const command = COMMANDS[name];
  if (command === undefined) {
    process.stderr.write(`Usage: launcher ${Object.keys(COMMANDS).join('|')}\n`);
    return 2;
  }
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, abort);
  // The program that started this one is gone.
  process.on('disconnect', abort);
  // A terminal that is gone cannot be written to; that must not keep us from stopping.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', abort);
  const guardian = Guardian.start();
  try {
    return await command({ guardian, signal: stop.signal });
  } catch (error) {
    if (stop.signal.aborted) return INTERRUPTED;
    process.stderr.write(`${sentenceOf(error)}\n`);
    return 1;
  } finally {
    await guardian.stop();
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof SettingError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

process.exitCode = await main(process.argv[2] ?? '');
if (process.connected) process.disconnect();
