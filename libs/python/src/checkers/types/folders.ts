import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCode } from '@ids/kernel';

/** Whose caches are kept; a cache takes 5 to 50 MB. */
const MOST_PROJECTS = 8;
const KIND = 'ids-types';
/** Those of this process, also of other instances. */
const live = new Set<string>();

interface Slot {
  readonly folder: string;
  /** Ends with the last work that was given this folder. */
  last: Promise<unknown>;
  users: number;
}

/**
 * A private folder for each project, that stays between runs: the caches of the tools depend on where the files
 * lie. One piece of work at a time for each; those least recently used are removed.
 */
export class ProjectFolders {
  private readonly slots = new Map<string, Slot>();
  private parent: Promise<string> | undefined;

  constructor(private readonly temporary = tmpdir()) {}

  /**
   * Runs `work` with the project's folder to itself, after the work that came before.
   * @throws the signal's reason, if it is aborted while waiting
   */
  async use<T>(
    root: string,
    signal: AbortSignal | undefined,
    work: (folder: string) => Promise<T>,
  ): Promise<T> {
    const slot = this.slotOf(await this.openParent(), root);
    slot.users += 1;
    const run = inTurn(slot, signal, work);
    slot.last = Promise.allSettled([slot.last, run]);
    try {
      return await run;
    } finally {
      slot.users -= 1;
      await this.removeOldest();
    }
  }

  /** Removes all of them, once their work has ended. */
  async close(): Promise<void> {
    await Promise.all([...this.slots.values()].map(({ last }) => last));
    const parent = await this.parent;
    if (parent === undefined) return;
    await rm(parent, { recursive: true, force: true });
    live.delete(parent);
    this.parent = undefined;
    this.slots.clear();
  }

  private slotOf(parent: string, root: string): Slot {
    const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
    const slot = this.slots.get(root) ?? { folder: join(parent, name), last: Promise.resolve(), users: 0 };
    // The order of insertion is that of use.
    this.slots.delete(root);
    this.slots.set(root, slot);
    return slot;
  }

  private async removeOldest(): Promise<void> {
    const idle = [...this.slots].filter(([, { users }]) => users === 0);
    for (const [root, { folder }] of idle.slice(0, Math.max(0, this.slots.size - MOST_PROJECTS))) {
      this.slots.delete(root);
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async openParent(): Promise<string> {
    this.parent ??= this.makeParent();
    try {
      return await this.parent;
    } catch (error) {
      // There may be room again the next time.
      this.parent = undefined;
      throw error;
    }
  }

  private async makeParent(): Promise<string> {
    await removeStale(this.temporary);
    const parent = await mkdtemp(join(this.temporary, `${ownPrefix()}${process.pid}-`));
    live.add(parent);
    return parent;
  }
}

/** Of this host: in another container the numbers of processes mean others. */
function ownPrefix(): string {
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  return `${KIND}-${host}-`;
}

/** Removes the folders that killed processes of this host have left. */
async function removeStale(temporary: string): Promise<void> {
  const prefix = ownPrefix();
  for (const name of await readdir(temporary)) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(temporary, name);
    const pid = Number(/^\d+/.exec(name.slice(prefix.length))?.[0]);
    const inUse = pid === process.pid ? live.has(folder) : isAlive(pid);
    // Another worker may be removing it at this moment; what stays is left to the next one.
    if (!inUse && (await isOwn(folder))) {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}

async function isOwn(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.();
}

async function inTurn<T>(
  { last, folder }: Slot,
  signal: AbortSignal | undefined,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  try {
    await (signal === undefined ? last : Promise.race([last, abortOf(signal, stop.signal)]));
  } finally {
    stop.abort();
  }
  await mkdir(folder, { recursive: true });
  return await work(folder);
}

/** Throws the signal's reason once it is aborted. */
async function abortOf(signal: AbortSignal, stop: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await once(signal, 'abort', { signal: stop });
  signal.throwIfAborted();
}
