import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PlannedChange } from '@ids/contracts';
import { withGitComparison, type GitComparison, type GitComparisonRequest } from '../src/git/index.js';

/** A comparison with its contents as text, and with what its base holds. */
export type Seen = Omit<GitComparison, 'changes'> & {
  readonly changes: Record<string, string>;
  readonly tree: Record<string, string>;
};

type Request = Partial<GitComparisonRequest>;

/** A git repository in a temporary folder, and comparisons in it. */
export class GitFixture {
  readonly root: string;
  /** Where comparisons make their private folders. */
  readonly temp: string;

  private constructor(readonly folder: string) {
    this.root = join(folder, 'repo');
    this.temp = join(folder, 'temp');
  }

  static async make(): Promise<GitFixture> {
    const fixture = new GitFixture(await realpath(await mkdtemp(join(tmpdir(), 'ids-git-spec-'))));
    await mkdir(fixture.temp);
    await mkdir(fixture.root);
    return fixture;
  }

  /** Removes all; gives what comparisons left in their folder. */
  async remove(): Promise<string[]> {
    const left = await readdir(this.temp);
    await rm(this.folder, { recursive: true, force: true });
    return left;
  }

  git(...args: string[]): string {
    return this.gitIn(this.root, ...args);
  }

  gitIn(cwd: string, ...args: string[]): string {
    const { PATH } = process.env;
    const who = {
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@b',
    };
    return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], {
      cwd,
      env: { PATH, HOME: this.folder, GIT_CONFIG_NOSYSTEM: '1', ...who },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.root, path)), { recursive: true });
    await writeFile(join(this.root, path), content);
  }

  /** Writes files and commits all there is; gives the commit. */
  async commit(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    if (!existsSync(join(this.root, '.git'))) this.git('init', '-q', '-b', 'main');
    for (const [path, content] of Object.entries(files)) await this.write(path, content);
    this.git('add', '-A');
    this.git('commit', '-q', '-m', 'x', '--allow-empty');
    return this.git('rev-parse', 'HEAD').trim();
  }

  async workingTree(request: Request = {}): Promise<Seen> {
    const signal = new AbortController().signal;
    const { root, temp: tempFolder } = this;
    const limits = { everything: false, maxFileBytes: 1_000 };
    return await withGitComparison(
      { root, side: 'working-tree', ...limits, tempFolder, signal, ...request },
      async (comparison) => ({
        ...comparison,
        changes: Object.fromEntries(comparison.changes.map(told)),
        tree: await this.textOf(comparison.base),
      }),
    );
  }

  async staged(request: Request = {}): Promise<Seen> {
    return await this.workingTree({ side: 'index', ...request });
  }

  private async textOf(base: string): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const entry of await readdir(base, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      const path = file.slice(base.length + 1);
      if (entry.isFile()) found[path] = await readFile(file, 'utf8');
      if (entry.isSymbolicLink()) found[path] = `link ${(await readlink(file)).replace(this.folder, '')}`;
    }
    return found;
  }
}

const text = (base64: string): string => Buffer.from(base64, 'base64').toString();

function told(change: PlannedChange): [string, string] {
  const { path, operation } = change;
  const before = operation === 'create' ? '' : text(change.before);
  const after = operation === 'delete' ? '' : text(change.after);
  const name = operation === 'rename' ? `rename ${change.from}` : operation;
  return [path, `${name}: ${before} -> ${after}`];
}
