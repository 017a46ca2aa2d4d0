import { IdsError } from '@ids/kernel';
import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { unless } from '../files.js';
import { within } from './differences.js';
import { below, nameList, parts, shownName, type RawName } from './names.js';
import type { PrivateRepository } from './private.js';
import { belongsToTool, ENVIRONMENT, isPythonName, matters, type Scope } from './relevance.js';

const MAX_FILES = 5_000;
/** Of the files that differ, on disk. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Brings the private index to what the working tree holds: files that were edited, removed, or are new and not
 * ignored. Contents of new objects go into the private folder.
 * @throws IdsError `change_too_large`, `git_failed`
 */
export async function stageWorkingTree(repository: PrivateRepository, scope: Scope): Promise<void> {
  const { git, top } = repository;
  const prefix = Buffer.from(scope.prefix).toString('latin1');
  const env = { GIT_WORK_TREE: top };
  await lookEverywhere(repository, prefix);
  const edited = parts(
    await git.text(['diff-files', '--name-only', '-z', '--ignore-submodules=all', ...within(prefix)], {
      env,
    }),
  );
  const fresh = parts(
    await git.text(['ls-files', '-o', '--exclude-standard', '-z', ...within(prefix)], { env }),
  );
  const names = await wanted(top, [...new Set([...edited, ...withoutEnvironments(fresh)])], scope);
  const update = async (flags: readonly string[], chosen: readonly RawName[]): Promise<void> => {
    if (chosen.length === 0) return;
    await git.bytes(['update-index', '-z', ...flags, '--stdin'], { env, input: nameList(chosen) });
  };
  await update(['--force-remove'], names.gone);
  await update(['--add', '--remove', '--replace'], names.there);
}

/** Takes back what lets git leave files out of sight: "assume unchanged", and "skip" for files that are there. */
async function lookEverywhere({ git, top }: PrivateRepository, prefix: RawName): Promise<void> {
  const env = { GIT_WORK_TREE: top };
  const flagged = parts(await git.text(['ls-files', '-v', '-z', ...within(prefix)], { env }));
  const assumed: RawName[] = [];
  const skipped: RawName[] = [];
  for (const line of flagged) {
    const tag = line.slice(0, 1);
    const name = line.slice(2);
    if (/[a-z]/.test(tag)) assumed.push(name);
    if (/s/i.test(tag) && (await statsOf(top, name)) !== null) skipped.push(name);
  }
  const update = async (flag: string, names: readonly RawName[]): Promise<void> => {
    if (names.length === 0) return;
    await git.bytes(['update-index', flag, '-z', '--stdin'], { env, input: nameList(names) });
  };
  await update('--no-assume-unchanged', assumed);
  await update('--no-skip-worktree', skipped);
}

/** Virtual environments that nobody ignored are no part of the project all the same; nor are nested repositories. */
function withoutEnvironments(names: readonly RawName[]): RawName[] {
  const folders = names
    .filter((name) => ENVIRONMENT.test(name))
    .map((name) => name.replace(ENVIRONMENT, '/'));
  return names.filter(
    (name) =>
      !name.endsWith('/') && !belongsToTool(name) && !folders.some((folder) => name.startsWith(folder)),
  );
}

interface Wanted {
  readonly there: readonly RawName[];
  /** What git could not read: behind a link that took the place of a folder, or no file, link or folder. */
  readonly gone: readonly RawName[];
}

async function wanted(top: string, names: readonly RawName[], scope: Scope): Promise<Wanted> {
  const chosen: RawName[] = [];
  const gone: RawName[] = [];
  const folders = new Map<string, Promise<boolean>>();
  let bytes = 0;
  for (const name of names) {
    const shown = shownName(name);
    if (!matters(shown, scope)) continue;
    const stats = await statsOf(top, name);
    if (stats?.isFile() === true && !isPythonName(shown) && stats.size > scope.maxFileBytes) continue;
    const isGone = isSpecial(stats) || (await isBehindLink(top, name, folders));
    bytes += isGone ? 0 : (stats?.size ?? 0);
    (isGone ? gone : chosen).push(name);
    if (chosen.length + gone.length > MAX_FILES)
      throw new IdsError('change_too_large', { limit: `${MAX_FILES} files` });
    if (bytes > MAX_BYTES) throw new IdsError('change_too_large', { limit: `${MAX_BYTES} bytes` });
  }
  return { there: chosen, gone };
}

function isSpecial(stats: Stats | null): boolean {
  return stats !== null && !stats.isFile() && !stats.isSymbolicLink() && !stats.isDirectory();
}

/** Whether a folder on the way is a link; `known` keeps what was found out about each. */
async function isBehindLink(
  top: string,
  name: RawName,
  known: Map<string, Promise<boolean>>,
): Promise<boolean> {
  const folder = name.slice(0, Math.max(0, name.lastIndexOf('/')));
  if (folder === '') return false;
  const look = async (): Promise<boolean> =>
    (await statsOf(top, folder))?.isSymbolicLink() === true || (await isBehindLink(top, folder, known));
  const found = known.get(folder) ?? look();
  known.set(folder, found);
  return await found;
}

function statsOf(top: string, name: RawName): Promise<Stats | null> {
  return unless(lstat(below(top, name)), ['ENOENT', 'ENOTDIR'], null);
}
