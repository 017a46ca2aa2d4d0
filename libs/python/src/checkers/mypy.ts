import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import type { Finding } from '@ids/contracts';
import { execa } from 'execa';
import { childEnvironment, executables } from '../environment.js';
import { newFindings, type Judgement, type LocatedFinding, type NoJudgement } from '../findings.js';
import { buildOverlay } from './overlay.js';
import { pathBefore, readLines, type CheckRequest } from './request.js';

interface Mypy {
  /** The interpreter that has mypy; not always the first Python on PATH. */
  readonly python: string;
  readonly version: string;
}

const RUN_MS = 180_000;
const VERSION_MS = 20_000;
const LINE = /^(.+?):(\d+):(?:(\d+):)? error: (.*?)(?: {2}\[([\w-]+)\])?$/;
/** What mypy cannot find is judged by the import layer. */
const IMPORT_CODES = new Set(['import', 'import-not-found', 'import-untyped']);
const FLAGS = [
  '--no-site-packages',
  '--no-error-summary',
  '--no-color-output',
  '--no-pretty',
  '--hide-error-context',
  '--show-column-numbers',
  '--show-error-codes',
  '--show-absolute-path',
  '--namespace-packages',
  '--explicit-package-bases',
];

/**
 * mypy, started so that it runs nothing of the project: `-I` keeps the project's modules out of the
 * interpreter, our own configuration keeps its plugins out of mypy.
 */
export class MypyChecker {
  private found: Promise<Mypy | undefined> | undefined;
  private cache: Promise<string> | undefined;

  constructor(private readonly interpreter: () => Promise<string>) {}

  async check(request: CheckRequest): Promise<Judgement | NoJudgement> {
    this.found ??= this.find();
    const mypy = await this.found;
    if (mypy === undefined) {
      // It may be installed while we run.
      this.found = undefined;
      return { unavailable: 'mypy was not found; install it with: python3 -m pip install mypy' };
    }
    const after = await this.run(mypy, request, 'after', request.paths);
    if ('unavailable' in after) return after;
    // Without a finding there is nothing to compare.
    const compare = request.staged !== undefined && after.located.length > 0;
    const before = compare ? await this.runBefore(mypy, request, after.located) : { located: [] };
    if ('unavailable' in before) return before;
    return { ...newFindings(before.located, after.located), tool: `mypy ${mypy.version}` };
  }

  async close(): Promise<void> {
    const cache = await this.cache;
    if (cache !== undefined) await rm(cache, { recursive: true, force: true });
  }

  /** The findings on the files before the change, under the names they have after it. */
  private async runBefore(
    mypy: Mypy,
    request: CheckRequest,
    after: readonly LocatedFinding[],
  ): Promise<{ located: LocatedFinding[] } | NoJudgement> {
    const now = new Map<string, string>();
    // Errors are also found in files that the changed ones import: those are compared as well.
    for (const path of new Set([...request.paths, ...after.map(({ finding }) => finding.path)])) {
      const before = await pathBefore(request, path);
      if (before !== undefined) now.set(before, path);
    }
    if (now.size === 0) return { located: [] };
    const found = await this.run(mypy, { ...request, staged: undefined }, 'before', [...now.keys()]);
    if ('unavailable' in found) return found;
    return {
      located: found.located.map(({ finding, lineText }) => ({
        finding: { ...finding, path: now.get(finding.path) ?? finding.path },
        lineText,
      })),
    };
  }

  private async run(
    mypy: Mypy,
    request: Omit<CheckRequest, 'staged'> & { readonly staged?: CheckRequest['staged'] | undefined },
    name: string,
    paths: readonly string[],
  ): Promise<{ located: LocatedFinding[] } | NoJudgement> {
    const tree = join(request.folder, `mypy-${name}`);
    await mkdir(tree);
    await buildOverlay(tree, request.root, request.staged ?? { added: {}, removed: [] });
    const cache = await this.cacheOf(request.root);
    const files = paths.map((path) => join(tree, path));
    const result = await execa(
      mypy.python,
      [
        '-I',
        '-m',
        'mypy',
        `--config-file=${join(cache, 'ours.ini')}`,
        `--cache-dir=${cache}`,
        ...FLAGS,
        '--',
        ...files,
      ],
      {
        env: { ...childEnvironment(), MYPYPATH: [tree, join(tree, 'src')].join(delimiter) },
        extendEnv: false,
        cwd: request.folder,
        reject: false,
        stdin: 'ignore',
        timeout: RUN_MS,
        ...(request.signal === undefined ? {} : { cancelSignal: request.signal }),
      },
    );
    request.signal?.throwIfAborted();
    const findings = await locate(result.stdout, tree);
    const tooOld = findings.find(({ finding }) => finding.code === 'syntax');
    if (tooOld !== undefined) {
      const { path, line, message } = tooOld.finding;
      return { unavailable: `mypy ${mypy.version} cannot parse ${path}, line ${line} (${message})` };
    }
    if (result.exitCode !== 0 && result.exitCode !== 1) {
      const reason = result.timedOut ? `it took longer than ${RUN_MS / 1_000} s` : lastLine(result);
      return { unavailable: `mypy ${mypy.version} failed: ${reason.replaceAll(`${tree}/`, '')}` };
    }
    return { located: findings.filter(({ finding }) => !IMPORT_CODES.has(finding.code)) };
  }

  /** One cache for each project; an entry is only used if the content's hash is the same. */
  private async cacheOf(root: string): Promise<string> {
    this.cache ??= mkdtemp(join(tmpdir(), 'ids-mypy-'));
    const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
    const folder = join(await this.cache, name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'ours.ini'), '[mypy]\n');
    return folder;
  }

  private async find(): Promise<Mypy | undefined> {
    const pythons: string[] = [];
    for (const script of await executables('mypy')) pythons.push(...(await interpreterOf(script)));
    pythons.push(await this.interpreter(), ...(await executables('python3')));
    for (const python of new Set(pythons)) {
      const { stdout, failed } = await execa(python, ['-I', '-m', 'mypy', '--version'], {
        env: childEnvironment(),
        extendEnv: false,
        cwd: '/',
        reject: false,
        stdin: 'ignore',
        timeout: VERSION_MS,
      });
      const version = /^mypy (\S+)/.exec(stdout)?.[1];
      if (!failed && version !== undefined) return { python, version };
    }
    return undefined;
  }
}

/** The interpreter that a script names in its first line, if that is a Python. */
async function interpreterOf(script: string): Promise<string[]> {
  const head = (await readFile(script)).subarray(0, 256).toString('latin1');
  const [command = '', argument = ''] = (/^#!\s*(.*)/.exec(head)?.[1] ?? '').trim().split(/\s+/);
  if (basename(command) === 'env') return argument.startsWith('python') ? await executables(argument) : [];
  return isAbsolute(command) && basename(command).startsWith('python') ? [command] : [];
}

async function locate(output: string, tree: string): Promise<LocatedFinding[]> {
  const located: LocatedFinding[] = [];
  const texts = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const [, file = '', row = '', column = '1', message = '', code = 'misc'] = LINE.exec(line) ?? [];
    if (!file.startsWith(`${tree}/`)) continue;
    const lines = texts.get(file) ?? (await readLines(file)) ?? [];
    texts.set(file, lines);
    const lineText = lines[Number(row) - 1] ?? '';
    const finding: Finding = {
      path: file.slice(tree.length + 1),
      line: Number(row),
      column: inCharacters(lineText, Number(column)),
      code,
      severity: 'error',
      message,
    };
    located.push({ finding, lineText });
  }
  return located;
}

/** mypy counts in UTF-8 bytes. */
function inCharacters(line: string, column: number): number {
  return (
    Array.from(
      Buffer.from(line)
        .subarray(0, column - 1)
        .toString(),
    ).length + 1
  );
}

function lastLine(result: { stdout: string; stderr: string; shortMessage?: string }): string {
  const text = result.stderr.trim() || result.stdout.trim() || result.shortMessage || 'it gave no reason';
  return (text.split('\n').at(-1) ?? text).slice(0, 300);
}
