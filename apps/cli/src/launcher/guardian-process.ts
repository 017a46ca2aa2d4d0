// Outlives its launcher for as long as it takes to clean up. A process of its own that reads from the launcher, line
// by line, which children run and which folders are temporary; when the launcher ends, in whatever way, its pipe
// closes, and what is left of them is ended and removed. Imports nothing of IDS, so it runs from source as well.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 5_000;
const groups = new Set<number>();
const folders = new Set<string>();

function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, name);
  } catch {
    return false;
  }
}

function note(line: string): void {
  const [verb = '', ...rest] = line.split(' ');
  const what = rest.join(' ');
  if (verb === 'run') groups.add(Number(what));
  if (verb === 'ended') groups.delete(Number(what));
  if (verb === 'folder') folders.add(what);
  if (verb === 'removed') folders.delete(what);
}

async function cleanUp(): Promise<void> {
  for (const group of groups) signal(group, 'SIGTERM');
  const end = Date.now() + PATIENCE_MS;
  while ([...groups].some((group) => signal(group, 0)) && Date.now() < end) await delay(50);
  for (const group of groups) signal(group, 'SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

// The launcher decides; what a terminal sends to all of its processes does not count here.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
const lines = createInterface({ input: process.stdin });
lines.on('line', note);
lines.on('close', () => void cleanUp());
