import { IdsError } from '@ids/kernel';
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { nodeFileSystem } from '../file-system.port.js';
import { unless } from '../files.js';

/** Where a repository lies. All absolute, with links resolved. */
export interface Repository {
  /** The folder of the working tree. */
  readonly top: string;
  /** What belongs to this working tree: HEAD and the index. */
  readonly gitDir: string;
  /** What all working trees share: objects and references. */
  readonly commonDir: string;
}

/** Reads a value out of a configuration file, as data. */
export type ConfigReader = (file: string, key: string) => Promise<string | null>;

const ABSENT = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'];
const MAX_POINTER = 4_096;

/**
 * The repository that a folder lies in, at it or above it. A `.git` file of a worktree or a submodule is believed
 * only if the folder that it names leads back to it: else a project could point at anybody's repository.
 * @throws IdsError `not_a_git_repository`
 */
export async function findRepository(folder: string, config: ConfigReader): Promise<Repository> {
  for (let top = folder; ; top = dirname(top)) {
    const found = await repositoryAt(folder, top, config);
    if (found !== null) return found;
    if (dirname(top) === top) throw refuse(folder, 'neither it nor a folder above it has a .git');
  }
}

async function repositoryAt(folder: string, top: string, config: ConfigReader): Promise<Repository | null> {
  const entry = join(top, '.git');
  const stats = await unless(lstat(entry), ABSENT, null);
  if (stats === null) return null;
  if (stats.isSymbolicLink()) throw refuse(folder, 'its .git is a link');
  if (stats.isFile()) return await linkedRepository(folder, top, config);
  // As git does: a folder of this name that holds no repository is passed over.
  const holds = (await isFolder(join(entry, 'objects'))) && (await isFolder(join(entry, 'refs')));
  return holds ? { top, gitDir: entry, commonDir: entry } : null;
}

async function linkedRepository(folder: string, top: string, config: ConfigReader): Promise<Repository> {
  const text = await pointer(join(top, '.git'));
  const target = /^gitdir: (.+)$/.exec(text ?? '')?.[1];
  const gitDir = target === undefined ? null : await real(resolve(top, target));
  if (gitDir === null) throw refuse(folder, 'its .git file leads nowhere');
  const common = await pointer(join(gitDir, 'commondir'));
  const commonDir = common === null ? gitDir : await real(resolve(gitDir, common));
  const back =
    commonDir === gitDir
      ? await leadsBackAsSubmodule(top, gitDir, config)
      : commonDir !== null && (await leadsBackAsWorktree(top, gitDir, commonDir));
  if (commonDir === null || !back || !(await isFolder(join(commonDir, 'objects')))) {
    throw refuse(folder, 'its .git file leads to a folder that does not lead back');
  }
  return { top, gitDir, commonDir };
}

async function leadsBackAsWorktree(top: string, gitDir: string, commonDir: string): Promise<boolean> {
  if (dirname(gitDir) !== join(commonDir, 'worktrees')) return false;
  const back = await pointer(join(gitDir, 'gitdir'));
  return back !== null && (await real(resolve(gitDir, back))) === join(top, '.git');
}

async function leadsBackAsSubmodule(top: string, gitDir: string, config: ConfigReader): Promise<boolean> {
  const back = await config(join(gitDir, 'config'), 'core.worktree');
  return back !== null && (await real(resolve(gitDir, back))) === top;
}

/** The one line of a small file; null if there is no such file. */
async function pointer(file: string): Promise<string | null> {
  const bytes = await smallFile(file, MAX_POINTER);
  return bytes === null ? null : Buffer.from(bytes).toString('utf8').trim();
}

/** The bytes of a regular file, no link; null if there is none, or one that is larger. */
export async function smallFile(file: string, maxBytes: number): Promise<Uint8Array | null> {
  const stats = await unless(lstat(file), ABSENT, null);
  if (stats?.isFile() !== true || stats.size > maxBytes) return null;
  return await unless(nodeFileSystem.readFile(file), ABSENT, null);
}

export async function isFolder(path: string): Promise<boolean> {
  return (await unless(lstat(path), ABSENT, null))?.isDirectory() === true;
}

function real(path: string): Promise<string | null> {
  return unless(realpath(path), ABSENT, null);
}

export function refuse(folder: string, reason: string): IdsError {
  return new IdsError('not_a_git_repository', { path: folder, reason });
}
