import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Private folders of validations and comparisons. */
const PREFIXES = ['ids-stage-', 'ids-git-'];
/** No stage lasts as long. */
const OLD_MS = 24 * 3_600_000;

/**
 * Removes the private folders that killed workers of this user left in the folder for temporary files: those older
 * than a day. What cannot be removed is left to its owner.
 */
export async function removeLeftovers(temporary: string, now: number): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(temporary)) {
    const path = join(temporary, name);
    if (!PREFIXES.some((prefix) => name.startsWith(prefix)) || !(await isOldAndOurs(path, now))) continue;
    await rm(path, { recursive: true, force: true }).then(
      () => removed.push(path),
      () => undefined,
    );
  }
  return removed;
}

async function isOldAndOurs(path: string, now: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.getuid?.() && now - found.mtimeMs > OLD_MS;
}
