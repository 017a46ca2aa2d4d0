import { IdsError } from '@ids/kernel';
import { mkdir, readdir, readlink, realpath, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { unless } from '../files.js';
import { isWithin } from '../project-folder.js';
import { sizesOf } from './contents.js';
import { entriesOf, isLink, isRegular, isSubmodule, type Difference, type Side } from './differences.js';
import { isEnvironment } from './environments.js';
import { bringIgnored, linkFolder } from './ignored.js';
import { nameList, pathOf, shownName } from './names.js';
import type { PrivateRepository } from './private.js';
import { isPythonName, matters, type Scope } from './relevance.js';

export interface BaseTreeRequest {
  readonly repository: PrivateRepository;
  readonly scope: Scope;
  /** The project's folder. */
  readonly root: string;
  /** An empty private folder for the tree. */
  readonly folder: string;
  readonly tree: string;
  /** Differences that the tree has already. */
  readonly carried: readonly Difference[];
  /** The folder of the project's virtual environment, if a setting names one. */
  readonly environment?: string;
}

const MAX_FILES = 50_000;
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Builds the project as a tree of git has it, with what is in the working tree but no matter of git: ignored files
 * (generated modules), submodules, and the libraries of virtual environments. Gives the project's folder in it.
 * Files are real ones and no hard links: a name more would be seen by whoever works on the project meanwhile.
 * @throws IdsError `change_too_large`, `git_failed`
 */
export async function buildBaseTree(request: BaseTreeRequest): Promise<string> {
  const { repository, scope, folder } = request;
  const { git } = repository;
  const env = { GIT_INDEX_FILE: join(dirname(folder), 'base-index'), GIT_WORK_TREE: folder };
  await git.bytes(['read-tree', request.tree], { env });
  await carry(request, env);
  const prefix = Buffer.from(scope.prefix).toString('latin1');
  const entries = await entriesOf(git, prefix, env);
  const chosen = await choose(request, entries);
  const root = join(folder, scope.prefix, '.');
  await mkdir(root, { recursive: true });
  const flags = ['-z', '--stdin', '-f', '-q'];
  await git.bytes(['checkout-index', ...flags], { env, input: nameList(chosen.map(({ raw }) => raw)) });
  await removeLinksOut(folder, chosen.filter(isLink));
  for (const name of await linkedFolders(request, entries.filter(isSubmodule))) {
    await linkFolder(request.root, root, name);
  }
  await bringIgnored(repository, { scope, root: request.root, tree: root });
  return root;
}

/** Writes the differences that are not judged into the index of the tree. */
async function carry({ repository, carried }: BaseTreeRequest, env: Record<string, string>): Promise<void> {
  if (carried.length === 0) return;
  const removed = carried.flatMap(({ before }) =>
    before === null ? [] : [`0 ${'0'.repeat(before.oid.length)}\t${before.raw}\0`],
  );
  const added = carried.flatMap(({ after }) =>
    after === null ? [] : [`${after.mode} ${after.oid}\t${after.raw}\0`],
  );
  const input = Buffer.from([...removed, ...added].join(''), 'latin1');
  await repository.git.bytes(['update-index', '-z', '--add', '--replace', '--index-info'], { env, input });
}

async function choose({ repository, scope }: BaseTreeRequest, entries: readonly Side[]): Promise<Side[]> {
  const able = entries.filter((entry) => pathOf(entry.raw) !== null);
  const files = able.filter((entry) => isRegular(entry) && matters(shownName(entry.raw), scope));
  const sizes = await sizesOf(
    repository.git,
    files.map(({ oid }) => oid),
  );
  const sizeOf = ({ oid }: Side): number => sizes.get(oid) ?? 0;
  const chosen = files.filter(
    (entry) => scope.everything || isPythonName(entry.raw) || sizeOf(entry) <= scope.maxFileBytes,
  );
  if (chosen.length > MAX_FILES) throw new IdsError('change_too_large', { limit: `${MAX_FILES} files` });
  if (chosen.reduce((sum, entry) => sum + sizeOf(entry), 0) > MAX_BYTES) {
    throw new IdsError('change_too_large', { limit: `${MAX_BYTES} bytes` });
  }
  return [...chosen, ...able.filter(isLink)];
}

/** A link that leads out of the tree, or nowhere in it, is left out. */
async function removeLinksOut(folder: string, links: readonly Side[]): Promise<void> {
  const top = await realpath(folder);
  for (const { raw } of links) {
    const path = pathOf(raw);
    const link = path === null ? null : join(top, path);
    const text = link === null ? null : await unless(readlink(link), ['ENOENT', 'EINVAL', 'ENOTDIR'], null);
    if (link === null || text === null) continue;
    const target = await unless(realpath(link), ['ENOENT', 'ELOOP', 'ENOTDIR'], null);
    const leads = target !== null && isWithin(top, resolve(dirname(link), text)) && isWithin(top, target);
    if (!leads) await unlink(link);
  }
}

/** Submodules and virtual environments, relative to the project. */
async function linkedFolders(
  { root, scope, environment }: BaseTreeRequest,
  submodules: readonly Side[],
): Promise<Set<string>> {
  const names = submodules.flatMap(({ raw }) => pathOf(raw.slice(Buffer.byteLength(scope.prefix))) ?? []);
  const inRoot = await readdir(root, { withFileTypes: true });
  for (const entry of inRoot.filter((each) => each.isDirectory())) {
    if (await isEnvironment(join(root, entry.name))) names.push(entry.name);
  }
  const wanted = environment === undefined ? null : pathOf(Buffer.from(environment).toString('latin1'));
  return new Set(wanted === null ? names : [...names, wanted]);
}
