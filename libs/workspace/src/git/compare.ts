import type { ChangeSet } from '@ids/contracts';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { buildBaseTree } from './base-tree.js';
import { bySize, changeSetOf } from './contents.js';
import { differencesOf, entriesOf } from './differences.js';
import { readHead } from './head.js';
import { carriedAs, planOf, type Planned, type Unjudged } from './plan.js';
import { openPrivately, type PrivateRepository } from './private.js';
import { refuse } from './repository.js';
import type { Scope } from './relevance.js';
import { stageWorkingTree } from './working-tree.js';

export interface GitComparisonRequest {
  /** The project's folder, absolute, with links resolved; a repository's top or a folder below it. */
  readonly root: string;
  /** What is compared with HEAD: the working tree, or the index. */
  readonly side: 'working-tree' | 'index';
  /** The index's file in the git directory, where a hook of git says that it is another one. */
  readonly index?: string;
  /** Files and folders to judge, relative to the project; what else differs counts as there already. */
  readonly paths?: readonly string[];
  /** Whether data files count too: only tests read them. */
  readonly everything: boolean;
  /** The folder of the project's virtual environment, if a setting names one. */
  readonly environment?: string;
  /** The largest file that is read unless it is Python. */
  readonly maxFileBytes: number;
  /** Where the private folder is made; the system's folder for temporary files if not set. */
  readonly tempFolder?: string;
  readonly signal: AbortSignal;
}

/** The difference between HEAD and what is to become of it. */
export interface GitComparison {
  /** A private folder that looks as the project does in HEAD, to judge the changes from. */
  readonly base: string;
  readonly changes: ChangeSet;
  /** The commit of HEAD; null where there is none yet, so that everything is new. */
  readonly commit: string | null;
  /** Python files that differ but cannot be judged. */
  readonly unjudged: readonly Unjudged[];
}

/**
 * Compares a project with git's HEAD and hands it to `work`, with a tree that is removed whatever happens. Nothing
 * is written into the project or its repository, and nothing that is configured there is run. Without any change
 * `base` is an empty folder.
 * @throws IdsError `not_a_git_repository`, `git_failed`, `change_too_large`; the signal's reason once aborted
 */
export async function withGitComparison<T>(
  request: GitComparisonRequest,
  work: (comparison: GitComparison) => Promise<T>,
): Promise<T> {
  const folder = await realpath(await mkdtemp(join(request.tempFolder ?? tmpdir(), 'ids-git-')));
  try {
    return await work(await compare(request, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(request: GitComparisonRequest, folder: string): Promise<GitComparison> {
  const { root, side, signal } = request;
  const gitFolder = join(folder, 'git');
  const treeFolder = join(folder, 'tree');
  await mkdir(gitFolder);
  await mkdir(treeFolder);
  const repository = await openPrivately(gitFolder, root, request.index ?? 'index', signal);
  const scope = scopeOf(request, repository.top);
  await refuseIgnored(repository, scope, root);
  const { commit, tree } = await readHead(repository);
  if (side === 'working-tree') await stageWorkingTree(repository, scope);
  const prefix = Buffer.from(scope.prefix).toString('latin1');
  const differences = await differencesOf(repository.git, tree, prefix);
  const { judged, carried, unjudged } = planOf(differences, scope, isNamedBy(request.paths));
  const known = { commit, unjudged: unjudged.filter(({ path }) => isNamedBy(request.paths)(path)) };
  const { fit, large } = await bySize(repository.git, judged, scope.maxFileBytes);
  if (fit.length === 0) return { ...known, base: treeFolder, changes: [] };
  const changes = await changeSetOf(repository.git, sorted(fit));
  const { environment } = request;
  const base = await buildBaseTree({
    repository,
    scope,
    root,
    folder: treeFolder,
    tree,
    carried: [...carried, ...large.map(carriedAs)],
    ...(environment === undefined ? {} : { environment }),
  });
  return { ...known, base, changes };
}

function scopeOf({ root, everything, maxFileBytes }: GitComparisonRequest, top: string): Scope {
  const way = relative(top, root).split(sep).join('/');
  return { prefix: way === '' ? '' : `${way}/`, everything, maxFileBytes };
}

/** In a folder that git ignores nothing would ever differ, which would read like a pass. */
async function refuseIgnored(
  { git, top }: PrivateRepository,
  { prefix }: Scope,
  root: string,
): Promise<void> {
  if (prefix === '') return;
  // This command refuses to take names literally, so the name must not look like anything else.
  const env = { GIT_WORK_TREE: top, GIT_LITERAL_PATHSPECS: '0' };
  if ((await git.answer(['check-ignore', '-q', '--no-index', '--', `./${prefix}`], { env })) === null) return;
  const tracked = await entriesOf(git, Buffer.from(prefix).toString('latin1'), {});
  if (tracked.length === 0) throw refuse(root, 'the repository above it ignores it');
}

function isNamedBy(paths: readonly string[] | undefined): (path: string) => boolean {
  if (paths === undefined || paths.includes('.')) return () => true;
  return (path) => paths.some((named) => path === named || path.startsWith(`${named}/`));
}

function sorted(planned: readonly Planned[]): Planned[] {
  return planned.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
