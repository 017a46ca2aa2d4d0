import { readdir, readFile } from 'node:fs/promises';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly memoryKb: number;
}

/** All processes that can be seen; none where there is no /proc. */
export async function listProcesses(): Promise<Process[]> {
  const names = (await readOr('/proc')).filter((name) => /^\d+$/.test(name));
  const read = names.map(async (name): Promise<Process[]> => {
    const status = await textOf(`/proc/${name}/status`);
    // A zombie has ended; only its parent has not asked yet.
    if (status === undefined || /^State:\s*[ZX]/m.test(status)) return [];
    const field = (key: string): number =>
      Number(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return [{ pid: Number(name), parent: field('PPid'), memoryKb: field('VmRSS') }];
  });
  return (await Promise.all(read)).flat();
}

/** Those that come from `root`, itself not among them. */
export function descendants(all: readonly Process[], root: number): Process[] {
  const children = new Map<number, Process[]>();
  for (const each of all) children.set(each.parent, [...(children.get(each.parent) ?? []), each]);
  const found: Process[] = [];
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const child of children.get(pid) ?? []) {
      found.push(child);
      open.push(child.pid);
    }
  }
  return found;
}

/** What the processes hold together; memory that they share counts once where the system tells. */
export async function memoryOf(processes: readonly Process[]): Promise<number> {
  const shares = processes.map(async ({ pid, memoryKb }) => {
    const share = /^Pss:\s*(\d+)/m.exec((await textOf(`/proc/${pid}/smaps_rollup`)) ?? '')?.[1];
    return share === undefined ? memoryKb : Number(share);
  });
  return (await Promise.all(shares)).reduce((sum, each) => sum + each, 0);
}

/**
 * Ends everything that comes from a process, and what carries the mark in its environment: tests may have left
 * their parent and their group. Looks again until nothing is found, since others may be born meanwhile.
 */
export async function killDescendants(root: number, mark: string | undefined): Promise<void> {
  for (let round = 0; round < 50; round++) {
    const all = await listProcesses();
    const victims = new Set(descendants(all, root).map(({ pid }) => pid));
    if (mark !== undefined) for (const pid of await marked(all, mark)) victims.add(pid);
    victims.delete(root);
    victims.delete(process.pid);
    if (victims.size === 0) return;
    for (const pid of victims) kill(pid);
  }
}

/** A process that is gone already is as wanted; one of another user is not ours to end. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

async function marked(all: readonly Process[], mark: string): Promise<number[]> {
  const looked = all.map(async ({ pid }) =>
    ((await textOf(`/proc/${pid}/environ`)) ?? '').split('\0').includes(mark) ? [pid] : [],
  );
  return (await Promise.all(looked)).flat();
}

async function readOr(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}

/** Undefined for a process that is gone or another user's. */
async function textOf(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(() => undefined);
}
