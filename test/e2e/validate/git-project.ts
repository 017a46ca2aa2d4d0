import { execFile } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProjectSettings } from '@ids/contracts';
import { built } from '../../support/built.js';
import type { RegisteredProject, System } from '../../support/system.js';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A registered project that is a git repository with one commit. */
export interface GitProject extends RegisteredProject {
  git(...args: string[]): Promise<Ended>;
  /** The built client, started in the project's folder. */
  ids(...args: string[]): Promise<Ended>;
}

export async function gitProject(
  system: System,
  files: Readonly<Record<string, string>>,
  settings: ProjectSettings = {},
): Promise<GitProject> {
  const project = await system.createProject(files, settings);
  const client = await clientFile();
  const git = (...args: string[]): Promise<Ended> => run('git', args, project.path, environment(system));
  const ids = (...args: string[]): Promise<Ended> =>
    run(process.execPath, [client, ...args], project.path, environment(system));
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'first');
  return { ...project, git, ids };
}

/** The program of the client, to be run with `process.execPath`. */
export async function clientFile(): Promise<string> {
  const { gateway } = await built();
  return join(dirname(dirname(dirname(gateway))), 'cli/src/main.js');
}

function environment({ url }: System): Record<string, string> {
  const name = {
    GIT_AUTHOR_NAME: 'a',
    GIT_COMMITTER_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_EMAIL: 'a@b',
  };
  const { PATH = '' } = process.env;
  return { PATH, HOME: homedir(), TMPDIR: tmpdir(), GIT_CONFIG_GLOBAL: '/dev/null', IDS_URL: url, ...name };
}

function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err });
    });
  });
}
