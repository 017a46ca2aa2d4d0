import { constants } from 'node:fs';
import { chmod, copyFile, lchown, lstat, mkdir, readlink, realpath, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IdsError } from '@ids/kernel';
import type { Staged } from '../staging.js';
import { MB, type TestLimits } from './limits.js';
import { surveyTree, type Survey } from './survey.js';

/** The user that the tests run as, where it is not the worker's own. */
export type Owner = number | undefined;

/** Why a project is not copied, in a sentence that says how to go on. */
export interface TooLarge {
  readonly tooLarge: string;
}

/**
 * A copy of the project in the empty folder `copy`, with the change in it. Links stay links; contents are shared
 * with the original where the file system can (copy on write).
 * @throws IdsError `path_not_allowed` if a link leads a changed file out of the copy
 */
export async function copyTree(
  root: string,
  copy: string,
  options: { staged?: Staged | undefined; owner: Owner; limits: TestLimits; signal: AbortSignal },
): Promise<TooLarge | undefined> {
  const { staged, owner, limits, signal } = options;
  const survey = await surveyTree(root, limits.copyFiles);
  const refused = refusalOf(survey, limits);
  if (refused !== undefined) return { tooLarge: refused };
  if (!('entries' in survey)) return undefined;
  for (const entry of survey.entries) {
    signal.throwIfAborted();
    await copyEntry(root, copy, entry);
    if (owner !== undefined) await lchown(join(copy, entry.path), owner, owner);
  }
  await applyChange(root, copy, staged, owner);
  return undefined;
}

function refusalOf(survey: Survey | { readonly tooMany: number }, limits: TestLimits): string | undefined {
  const advice = 'move what the tests do not need out of the project, or raise testCopyMb in its settings';
  if ('tooMany' in survey) {
    return `the project has more than ${survey.tooMany} files and folders to copy for its tests; move what the tests do not need out of it`;
  }
  if (survey.bytes <= limits.copyMb * MB) return undefined;
  const { name, bytes } = survey.largest;
  return (
    `the project is too large to be copied for its tests: ${inMb(survey.bytes)}, the limit is ${limits.copyMb} MB; ` +
    `the most is in ${name} (${inMb(bytes)}); ${advice}`
  );
}

function inMb(bytes: number): string {
  return `${Math.ceil(bytes / MB)} MB`;
}

async function copyEntry(
  root: string,
  copy: string,
  { path, stat }: Survey['entries'][number],
): Promise<void> {
  const [from, to] = [join(root, path), join(copy, path)];
  if (stat.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (stat.isDirectory()) {
    await mkdir(to);
    await chmod(to, (stat.mode & 0o777) | 0o700);
  } else {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    // A copied file without the right to write would end runs that the project's own files do not end.
    await chmod(to, (stat.mode & 0o777) | 0o600);
  }
}

async function applyChange(
  root: string,
  copy: string,
  staged: Staged | undefined,
  owner: Owner,
): Promise<void> {
  for (const path of staged?.removed ?? []) await rm(join(copy, path), { force: true });
  for (const [path, file] of Object.entries(staged?.added ?? {})) {
    await makeFolders(copy, dirname(path), owner);
    // A link in the project must not lead the copy elsewhere.
    if ((await realpath(join(copy, dirname(path)))) !== join(copy, dirname(path))) {
      throw new IdsError('path_not_allowed', { path, reason: 'it leads through a link' });
    }
    const target = join(copy, path);
    const mode = await modeOf(join(root, staged?.renamed[path] ?? path));
    await rm(target, { force: true });
    await copyFile(file, target);
    await chmod(target, mode);
    if (owner !== undefined) await lchown(target, owner, owner);
  }
}

async function makeFolders(copy: string, path: string, owner: Owner): Promise<void> {
  const first = await mkdir(join(copy, path), { recursive: true });
  if (first === undefined || owner === undefined) return;
  for (let folder = join(copy, path); folder.length >= first.length; folder = dirname(folder)) {
    await lchown(folder, owner, owner);
  }
}

/** A changed script stays one that can be started. */
async function modeOf(file: string): Promise<number> {
  const stat = await lstat(file).catch(() => undefined);
  return stat?.isFile() === true ? (stat.mode & 0o777) | 0o600 : 0o644;
}
