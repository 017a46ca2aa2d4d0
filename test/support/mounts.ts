import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { until } from '@ids/testing';

const run = promisify(execFile);

/** Only root may mount; and modes, which would do for others, do not bind root. */
export const MAY_MOUNT = process.geteuid?.() === 0;

/** A disk of its own over an empty folder. */
export async function mountDisk(folder: string, size: string): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
}

/** A disk on which something is written at this very moment is busy, and is asked again. */
export async function setWritable(folder: string, writable: boolean): Promise<void> {
  await until(async () => {
    try {
      await run('mount', ['-o', writable ? 'remount,rw' : 'remount,ro', folder]);
      return true;
    } catch (error) {
      if (!/busy/.test(String(error))) throw error;
      return false;
    }
  });
}

export async function unmount(folder: string): Promise<void> {
  await run('umount', ['-l', folder]);
}
