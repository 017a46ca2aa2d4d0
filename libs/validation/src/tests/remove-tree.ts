import { chmod, rm } from 'node:fs/promises';
import { execa } from 'execa';

/** Whatever PATH is: these two are part of every system. */
const SYSTEM = { PATH: '/usr/bin:/bin' };

/**
 * Removes a folder in which tests have run: they may have left folders without rights, or deeper than a path can
 * be long, which only the system's own `rm` gets through.
 */
export async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    const options = { env: SYSTEM, extendEnv: false, stdin: 'ignore', reject: false } as const;
    await chmod(folder, 0o700);
    await execa('chmod', ['-R', 'u+rwX', '--', folder], options);
    await execa('rm', ['-rf', '--', folder], options);
    // What is left now is an error that is told.
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
