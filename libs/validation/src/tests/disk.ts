import { opendir, lstat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Usage {
  readonly bytes: number;
  readonly files: number;
}

/** What lies in folders, links not followed; stops counting once it is more than `most`. */
export async function usageOf(folders: readonly string[], most: Usage): Promise<Usage> {
  let bytes = 0;
  let files = 0;
  const open = [...folders];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    try {
      for await (const entry of await opendir(folder)) {
        files += 1;
        const path = join(folder, entry.name);
        if (entry.isDirectory()) open.push(path);
        else if (entry.isFile()) bytes += (await lstat(path)).blocks * 512;
        if (files > most.files || bytes > most.bytes) return { bytes, files };
      }
    } catch {
      // Tests remove what they made while it is counted.
    }
  }
  return { bytes, files };
}
