import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unless } from '../files.js';
import { within } from './differences.js';
import { bringEnvironment, isEnvironment } from './environments.js';
import { parts, pathOf } from './names.js';
import type { PrivateRepository } from './private.js';
import { isFolder } from './repository.js';
import { belongsToTool, isExtensionModule, matters, type Scope } from './relevance.js';

const MAX_ENTRIES = 5_000;
const OCCUPIED = ['EEXIST', 'ENOTDIR', 'ENOENT', 'EACCES'];

/**
 * Brings what git ignores into a tree, since code may need it: files as copies, folders and extension modules as
 * links. What tools keep for themselves is left out, and so is what comes after the first 5,000 entries.
 */
export async function bringIgnored(
  { git, top }: PrivateRepository,
  place: { readonly scope: Scope; readonly root: string; readonly tree: string },
): Promise<void> {
  const { scope, root, tree } = place;
  const prefix = Buffer.from(scope.prefix).toString('latin1');
  const flags = ['-o', '-i', '--exclude-standard', '--directory', '-z'];
  const output = await git.text(['ls-files', ...flags, ...within(prefix)], { env: { GIT_WORK_TREE: top } });
  for (const raw of parts(output).slice(0, MAX_ENTRIES)) {
    const whole = raw.endsWith('/');
    const path = pathOf(raw.slice(prefix.length).replace(/\/$/, ''));
    if (path === null || belongsToTool(path)) continue;
    if (whole) await linkFolder(root, tree, path);
    else if (matters(path, scope)) await bringFile(join(root, path), join(tree, path), scope);
  }
}

async function bringFile(file: string, copy: string, { maxFileBytes }: Scope): Promise<void> {
  const stats = await unless(lstat(file), ['ENOENT', 'ENOTDIR', 'EACCES'], null);
  if (stats?.isFile() !== true) return;
  await mkdir(dirname(copy), { recursive: true });
  if (isExtensionModule(file)) await unless(symlink(file, copy), OCCUPIED, undefined);
  else if (stats.size <= maxFileBytes) {
    const mode = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE;
    await unless(copyFile(file, copy, mode), OCCUPIED, undefined);
  }
}

/** Puts a link to a folder of the project into the tree, of an environment its libraries, unless something stands there. */
export async function linkFolder(root: string, tree: string, name: string): Promise<void> {
  if (!(await isFolder(join(root, name)))) return;
  if (await isEnvironment(join(root, name)))
    return await bringEnvironment(join(root, name), join(tree, name));
  await mkdir(dirname(join(tree, name)), { recursive: true });
  await unless(symlink(join(root, name), join(tree, name)), ['EEXIST', 'ENOTDIR'], undefined);
}
