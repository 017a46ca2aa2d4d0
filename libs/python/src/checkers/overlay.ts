import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StagedFiles } from '../python.service.js';

/** What no checker needs to see, and what must not be reached through the overlay. */
const LEFT_OUT = new Set(['.git', '.ids', '.mypy_cache', '.ruff_cache', 'node_modules', '__pycache__']);

/**
 * Builds, in an empty folder, the tree as it would be after a change: folders on the way to a changed file are
 * real, changed files are copies, everything else is a link to the project. So tools read most of it in place and
 * write nothing there.
 */
export async function buildOverlay(folder: string, root: string, staged: StagedFiles): Promise<void> {
  const changed = new Set([...Object.keys(staged.added), ...staged.removed]);
  const opened = new Set(['.']);
  for (const path of changed) {
    for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) opened.add(parent);
  }
  for (const path of opened) await mkdir(join(folder, path), { recursive: true });
  for (const path of opened) {
    for (const name of await namesIn(join(root, path))) {
      const inner = path === '.' ? name : `${path}/${name}`;
      if (changed.has(inner) || opened.has(inner) || LEFT_OUT.has(name)) continue;
      await symlink(join(root, inner), join(folder, inner));
    }
  }
  for (const [path, file] of Object.entries(staged.added)) await copyStaged(file, join(folder, path));
}

/**
 * The time of a copy is one of its content: the caches of tools compare whole seconds and sizes, so that two
 * contents of one size, staged within a second, would be the same to them.
 */
async function copyStaged(from: string, to: string): Promise<void> {
  const content = await readFile(from);
  await writeFile(to, content);
  const seconds = createHash('sha256').update(content).digest().readUInt32BE() >>> 1;
  await utimes(to, seconds, seconds);
}

/** Nothing for a folder that the change creates. Names that are not UTF-8, which no module has, are left out. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, 'buffer').catch((): Buffer[] => []);
  return names.filter((name) => isUtf8(name)).map((name) => name.toString());
}
