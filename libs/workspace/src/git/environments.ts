import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { statOrNull, unless } from '../files.js';
import { nodeFileSystem } from '../file-system.port.js';
import { smallFile } from './repository.js';

const SETTINGS = 'pyvenv.cfg';
const MAX_BYTES = 64 * 1024;
/** What says which Python it is for; `home`, which names a program, is not among them. */
const KEPT = /^\s*(?:version|version_info|include-system-site-packages)\s*=/i;
const LIBRARIES = ['lib', 'lib64', 'Lib'];

/** Whether a folder is a virtual environment of Python. */
export async function isEnvironment(folder: string): Promise<boolean> {
  return (await statOrNull(nodeFileSystem, join(folder, SETTINGS))) !== null;
}

/**
 * Puts what a virtual environment has installed into a tree, and nothing that could be started: in a tree outside
 * of the project, the project's own programs could no longer be told from those of the machine.
 */
export async function bringEnvironment(folder: string, copy: string): Promise<void> {
  const bytes = await smallFile(join(folder, SETTINGS), MAX_BYTES);
  const lines = Buffer.from(bytes ?? [])
    .toString('utf8')
    .split('\n');
  await unless(mkdir(copy, { recursive: true }), ['EEXIST', 'ENOTDIR'], undefined);
  const text = lines.filter((line) => KEPT.test(line)).map((line) => `${line}\n`);
  await unless(
    writeFile(join(copy, SETTINGS), text.join(''), { flag: 'wx' }),
    ['EEXIST', 'ENOTDIR'],
    undefined,
  );
  for (const name of LIBRARIES) {
    const library = join(folder, name);
    const stats = await unless(stat(library), ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'], null);
    if (stats?.isDirectory() !== true) continue;
    await unless(symlink(library, join(copy, name)), ['EEXIST', 'ENOTDIR'], undefined);
  }
}
