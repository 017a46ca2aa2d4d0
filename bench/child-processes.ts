import { readdir, readFile } from 'node:fs/promises';

/** A process that this one started. */
export interface ChildProcess {
  readonly pid: number;
  /** Its command line. */
  readonly command: readonly string[];
  /** Resident memory now, and at most so far, in MiB. */
  readonly residentMb: number;
  readonly peakMb: number;
}

/** The processes that this one started and that still run, as Linux tells of them. */
export async function childProcesses(): Promise<ChildProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => childProcess(pid)));
  return found.filter((each) => each !== undefined);
}

/** Undefined for a process of another parent, and for one that has just ended. */
async function childProcess(pid: string): Promise<ChildProcess | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    if (numberIn(status, 'PPid') !== process.pid || /^State:\s+Z/m.test(status)) return undefined;
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
    const [residentMb, peakMb] = [numberIn(status, 'VmRSS') / 1_024, numberIn(status, 'VmHWM') / 1_024];
    return { pid: Number(pid), command, residentMb, peakMb };
  } catch {
    return undefined;
  }
}

function numberIn(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN);
}
