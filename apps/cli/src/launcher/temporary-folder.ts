import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Guardian } from './guardian.js';

/** Gives the work a folder that is gone afterwards, also if this process is killed meanwhile. */
export async function withTemporaryFolder<T>(
  prefix: string,
  guardian: Guardian,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), prefix)));
  guardian.folder(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    guardian.removed(folder);
  }
}
