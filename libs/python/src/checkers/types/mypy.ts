import { cp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemCode } from '@ids/kernel';
import { lastLine, runChild, type Ended } from './child.js';
import { locate } from './located.js';
import { mypyConfig, type MypyConfig } from './mypy-config.js';
import { columnOfBytes, readMypyOutput } from './mypy-output.js';
import { TYPE_LIMITS, type TypeAnswer, type TypeJob, type TypeLimits, type TypeTool } from './tool.js';

/** Started by an interpreter that runs nothing at its start. */
export interface MypyPlace {
  readonly python: string;
  /** The folders that have mypy; null: those of the interpreter itself. */
  readonly folders: readonly string[] | null;
}

const SCRIPT = fileURLToPath(new URL('./run_mypy.py', import.meta.url));
const FLAGS = [
  '--no-error-summary',
  '--no-color-output',
  '--no-pretty',
  '--no-warn-unused-configs',
  '--hide-error-context',
  '--show-column-numbers',
  '--show-error-codes',
  '--show-absolute-path',
  '--namespace-packages',
  '--explicit-package-bases',
  // Else it leaves out errors once there are many.
  '--soft-error-limit=-1',
];
/** It cannot tell which modules the files are. */
const NO_MODULE =
  /Duplicate module named|found twice under different module names|not a valid Python package name|shadows library module|user-defined top-level module/;
/** Its output is lines that begin with a path and a colon, and its search path is separated by colons. */
const UNTELLABLE = /[:\n\r]/;
const NEWER = /Unrecognized option: (\w+)/g;

/** The command that starts mypy with its arguments still to come. */
export function mypyCommand(
  place: MypyPlace,
  packages: readonly string[],
  limits: TypeLimits = TYPE_LIMITS,
): readonly [string, ...string[]] {
  const { memoryMb, seconds } = limits;
  const settings = { memoryMb, seconds, tool: place.folders, packages };
  return [place.python, '-I', '-S', '-B', SCRIPT, JSON.stringify(settings)];
}

/**
 * mypy under our own configuration, with a cache that is kept for each project. It runs nothing of the project:
 * no plugin, no start-up code of an interpreter.
 */
export class Mypy implements TypeTool {
  readonly name: string;

  constructor(
    private readonly place: MypyPlace,
    version: string,
    private readonly limits: TypeLimits = TYPE_LIMITS,
  ) {
    this.name = `mypy ${version}`;
  }

  async run(job: TypeJob): Promise<TypeAnswer> {
    const odd = job.paths.find((path) => UNTELLABLE.test(path));
    if (odd !== undefined) return { cannot: `${this.name} cannot tell of files named like ${quoted(odd)}` };
    const config = mypyConfig(job.settings.mypy, minorVersion(job));
    const file = join(job.folder, 'ours.ini');
    await writeFile(file, config.ini);
    const cache = await this.openCache(job);
    const ended = await runChild(
      [
        ...mypyCommand(this.place, job.python.sitePackages, this.limits),
        `--config-file=${file}`,
        `--cache-dir=${cache}`,
        ...FLAGS,
        '--',
        ...job.paths.map((path) => join(job.tree, path)),
      ],
      {
        cwd: job.folder,
        env: { MYPYPATH: searchPath(job, config) },
        limits: this.limits,
        signal: job.signal,
      },
    );
    const answer = await this.answerOf(job, config, ended);
    // A cache that was half written, or that mypy fails over, must not spoil the next run.
    if ('failed' in answer) await rm(cache, { recursive: true, force: true });
    return answer;
  }

  private async answerOf(job: TypeJob, config: MypyConfig, ended: Ended): Promise<TypeAnswer> {
    if (ended.stopped !== undefined) return this.failed(job, ended.stopped);
    const { findings, unreadable, errors } = readMypyOutput(ended.stdout, job.tree);
    if (unreadable !== undefined) {
      const { path, line } = unreadable;
      return { cannot: `${this.name} cannot read this project's syntax (${path}, line ${line})` };
    }
    if (!wasJudged(ended, errors)) return this.died(job, ended);
    const located = await locate(job.tree, findings, columnOfBytes);
    return { located, notes: notesOf(job, config, ended.stderr, this.name) };
  }

  private died(job: TypeJob, ended: Ended): TypeAnswer {
    const said = `${ended.stdout}\n${ended.stderr}`;
    const unnamed = said.split('\n').find((line) => NO_MODULE.test(line));
    if (unnamed !== undefined) {
      return { cannot: `${this.name} cannot tell the modules apart (${this.shown(job, unnamed)})` };
    }
    if (/^MemoryError$/m.test(said))
      return this.failed(job, `it needed more than ${this.limits.memoryMb} MB of memory`);
    return this.failed(job, lastLine(ended));
  }

  private failed(job: TypeJob, reason: string): TypeAnswer {
    return { failed: `${this.name} failed: ${this.shown(job, reason)}` };
  }

  private shown(job: TypeJob, text: string): string {
    return text.replaceAll(`${job.tree}/`, '').trim();
  }

  /** One for the files before changes and one for those after them, so that neither spoils the other. */
  private async openCache(job: TypeJob): Promise<string> {
    const own = join(job.folder, `mypy-${job.state}`);
    const other = join(job.folder, `mypy-${job.state === 'after' ? 'before' : 'after'}`);
    if (!(await exists(own)) && (await exists(other))) {
      await cp(other, own, { recursive: true });
    }
    await mkdir(own, { recursive: true });
    return own;
  }
}

/** A Python that dies of an exception ends with 1, as mypy does when it found errors. */
function wasJudged({ exitCode, stderr }: Ended, errors: number): boolean {
  if (exitCode === 0) return true;
  return exitCode === 1 && errors > 0 && !stderr.includes('Traceback (most recent call last)');
}

function searchPath({ tree, settings }: TypeJob, config: MypyConfig): string {
  const inside = [...settings.roots, ...config.folders].filter((folder) => !UNTELLABLE.test(folder));
  const folders = inside.map((folder) => join(tree, folder));
  return [...new Set([tree, ...folders])].join(delimiter);
}

/** What the project's files are written for, if its settings do not say. */
function minorVersion({ python }: TypeJob): string {
  return python.interpreter.version.split('.').slice(0, 2).join('.');
}

function notesOf({ settings }: TypeJob, config: MypyConfig, stderr: string, name: string): string[] {
  const notes: string[] = [];
  const { mypy } = settings;
  if (mypy !== null && mypy.broken !== null)
    notes.push(`${mypy.source} could not be read (${mypy.broken}); mypy's defaults hold`);
  if (mypy !== null && config.refused.length > 0) {
    notes.push(`not taken from ${mypy.source}: ${config.refused.join(', ')}`);
  }
  const unknown = new Set(Array.from(stderr.matchAll(NEWER), ([, option = '']) => option));
  if (unknown.size > 0) notes.push(`${name} does not know: ${[...unknown].join(', ')}`);
  return notes;
}

function quoted(path: string): string {
  return JSON.stringify(path).slice(0, 100);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
