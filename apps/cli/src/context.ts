import type { Project, Session } from '@ids/contracts';
import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { IdsClient } from './client/ids-client.js';
import type { Io } from './io.js';
import { styleOf, type Style } from './render/style.js';
import { jsonText } from './render/json.js';

/** The options that every command takes. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly key?: string;
  readonly project?: string;
}

/** The person asked for something that cannot be; the message says what to do. */
export class UsageError extends Error {}

/** One run of one command: its client, and where it writes. */
export class Context {
  readonly client: IdsClient;
  readonly json: boolean;
  readonly out: Style;
  readonly err: Style;

  constructor(
    readonly io: Io,
    private readonly options: CommonOptions,
  ) {
    const url = (options.url ?? io.settings.url).replace(/\/+$/, '');
    if (!URL.canParse(url) || !/^https?:/.test(url)) throw new UsageError(`--url ${url} is no http address.`);
    this.client = new IdsClient(url, options.key ?? io.settings.apiKey);
    this.json = options.json === true;
    this.out = styleOf(io.stdout);
    this.err = styleOf(io.stderr);
  }

  /** The result, on stdout: the value itself with --json, else its lines. */
  result(value: unknown, lines: readonly string[]): void {
    this.io.stdout.write(this.json ? `${jsonText(value)}\n` : text(lines));
  }

  /** Progress, on stderr. */
  progress(lines: readonly string[]): void {
    this.io.stderr.write(text(lines));
  }

  /** The project that was named, else the one that the working folder lies in, else the only one there is. */
  async project(): Promise<Project> {
    if (this.options.project !== undefined) return await this.client.project(this.options.project);
    const all = await this.client.projects();
    const here = innermost(all, realpathSync(this.io.cwd));
    const [only] = all;
    if (here !== undefined) return here;
    if (only !== undefined && all.length === 1) return only;
    if (only === undefined) {
      throw new UsageError('No project is registered yet; register one with: ids projects add NAME PATH');
    }
    const names = all.map((project) => project.name).join(', ');
    throw new UsageError(`Say which project with --project NAME; registered are: ${names}`);
  }

  /** The session that was named, else the latest of the project. */
  async session(id: string | undefined): Promise<Session> {
    if (id !== undefined) return await this.client.session(id);
    const { name } = await this.project();
    const [latest] = await this.client.sessions({ project: name, limit: 1 });
    if (latest === undefined) throw new UsageError(`The project ${name} has no session yet.`);
    return latest;
  }

  /** A path as the API wants it, relative to the project; where the working folder is outside of it, as given. */
  pathIn(project: Project, path: string): string {
    const cwd = realpathSync(this.io.cwd);
    if (!isAbsolute(path) && !contains(project.path, cwd)) return path;
    const file = resolve(cwd, path);
    if (!contains(project.path, file)) return path;
    return relative(project.path, file).split(sep).join('/') || '.';
  }
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function innermost(projects: readonly Project[], cwd: string): Project | undefined {
  return projects
    .filter((project) => contains(project.path, cwd))
    .sort((a, b) => b.path.length - a.path.length)[0];
}
