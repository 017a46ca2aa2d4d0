import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A process by its id and, where the system tells, its start: ids are used again. */
function identity(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return `${pid}`;
  }
}

function isAlive(holder) {
  const pid = Number(holder.split(' ')[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return identity(pid) === holder;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Takes a lock file for this process: returns undefined if it is held now, else the id of the living process that
 * holds it. A lock whose holder is dead is taken over.
 */
export function takeLock(file) {
  const own = identity(process.pid);
  const draft = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(draft, own);
  try {
    for (;;) {
      try {
        // A link appears whole or not at all, so nobody can read a lock without its holder.
        linkSync(draft, file);
        return undefined;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const holder = read(file);
      if (holder === undefined) continue;
      if (isAlive(holder)) return Number(holder.split(' ')[0]);
      discard(file, holder);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes a dead lock; puts it back if another process replaced it just now. */
function discard(file, dead) {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (read(aside) === dead) rmSync(aside);
  else renameSync(aside, file);
}

export function releaseLock(file) {
  if (read(file) === identity(process.pid)) rmSync(file, { force: true });
}
