import { realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { execa } from 'execa';
import { searchPath } from '../environment.js';
import { leavesRoot } from '../files.js';

const GIT_MS = 5_000;

/**
 * Whether a folder of a project surely did not come with the project's own files: the project is in a git
 * repository with a commit, and the repository tracks nothing in the folder. Any failure is a no.
 */
export async function isUntracked(root: string, folder: string): Promise<boolean> {
  const top = await repositoryOf(root);
  if (top === undefined) return false;
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) return false;
  // Where the folder is a link, both the link and what it leads to are asked for.
  const paths = [folder, real].map((path) => relative(top, path)).filter((path) => !leavesRoot(path));
  if (paths.length === 0 || paths.includes('')) return false;
  const commit = await git(top, ['rev-parse', '--verify', '--quiet', 'HEAD']);
  if (commit === undefined || commit === '') return false;
  return (await git(top, ['ls-files', '-z', '--', ...new Set(paths)])) === '';
}

async function repositoryOf(root: string): Promise<string | undefined> {
  for (let folder = root; ; folder = dirname(folder)) {
    const found = await stat(join(folder, '.git')).catch(() => undefined);
    if (found !== undefined) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * What a git command says; undefined if it fails. Nothing that the repository configures can start a program:
 * no hook, no file system monitor, no fetch of missing objects by any protocol. The repository is named outright,
 * since git refuses to find one that belongs to another user.
 */
async function git(top: string, command: readonly string[]): Promise<string | undefined> {
  const settings = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.untrackedCache=false'];
  const { stdout, failed } = await execa(
    'git',
    [
      ...settings.flatMap((setting) => ['-c', setting]),
      '--no-pager',
      '--no-optional-locks',
      '--literal-pathspecs',
      `--git-dir=${join(top, '.git')}`,
      `--work-tree=${top}`,
      ...command,
    ],
    {
      env: {
        PATH: searchPath().join(':'),
        HOME: tmpdir(),
        LANG: 'C.UTF-8',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_ALLOW_PROTOCOL: 'none',
        GIT_NO_LAZY_FETCH: '1',
        GIT_TERMINAL_PROMPT: '0',
      },
      extendEnv: false,
      cwd: top,
      reject: false,
      timeout: GIT_MS,
      stdin: 'ignore',
      maxBuffer: 1_000_000,
    },
  );
  return failed ? undefined : stdout;
}
