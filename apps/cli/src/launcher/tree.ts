import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Each file, folder and link below a folder with its mode and a hash of its content; `.ids` at the top left out. */
export async function snapshot(root: string): Promise<Map<string, string>> {
  const seen = new Map<string, string>();
  const visit = async (folder: string): Promise<void> => {
    for (const name of (await readdir(folder)).sort()) {
      const file = join(folder, name);
      const path = relative(root, file);
      if (path === '.ids') continue;
      const stat = await lstat(file);
      seen.set(path, `${stat.mode.toString(8)} ${await contentOf(file, stat)}`);
      if (stat.isDirectory()) await visit(file);
    }
  };
  await visit(root);
  return seen;
}

async function contentOf(
  file: string,
  stat: { isDirectory(): boolean; isSymbolicLink(): boolean },
): Promise<string> {
  if (stat.isDirectory()) return 'folder';
  if (stat.isSymbolicLink()) return await readlink(file);
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** The paths in which two snapshots differ. */
export function differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...a.keys(), ...b.keys()]);
  return [...paths].filter((path) => a.get(path) !== b.get(path)).sort();
}
