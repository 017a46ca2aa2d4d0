import type { FileAnalysis, Finding, FolderAnalysis } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import { silentLogger, type Logger } from '@ids/observability';
import { Checkers } from './checkers/checkers.js';
import { listPythonFiles, resolveInside } from './files.js';
import { byPlace, type Judgement } from './findings.js';
import { findInterpreter, type Interpreter } from './interpreter.js';
import { DEFAULT_LIMITS, type PythonLimits } from './limits.js';
import { outlineText, type Outlined } from './outline.js';
import { Pool } from './pool.js';
import type { ProjectPython } from './project-python.js';
import {
  analysisReply,
  findingsReply,
  importsReply,
  lintSettingsSchema,
  type LintSettings,
  type SyntaxFailure,
} from './replies.js';
import { isPython } from './source.js';
import { summarize, type Analyzed } from './summary.js';

export interface PythonServiceOptions {
  /** Warm worker processes at most; they are started when needed. */
  readonly processes?: number;
  /** An interpreter instead of the first Python >= 3.9 on PATH. */
  readonly interpreter?: string;
  readonly logger?: Logger;
  readonly limits?: Partial<PythonLimits>;
}

/** A file as people know it (`path`, relative to the project) and where it lies now (`file`, absolute). */
export interface PlacedFile {
  readonly path: string;
  readonly file: string;
}

/** A change that is not applied yet: which paths would stand where, and which would be gone. */
export interface StagedFiles {
  readonly added: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
}

export interface ImportRequest {
  readonly root: string;
  readonly python: ProjectPython;
  readonly files: readonly PlacedFile[];
  /** Without it the files are judged as they stand, and every finding counts. */
  readonly staged?: StagedFiles;
  /** For renamed files, the path each had before. */
  readonly renamed?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const FOLDER_FILES = 2_000;
/** Files whose analysis kills a worker while imports are resolved are left out, at most so many. */
const KILLERS = 5;

/**
 * What CPython itself says of a project's files. Warm processes read them and answer; nothing of a project is
 * ever imported or run, and nothing is written.
 */
export class PythonService {
  readonly checkers: Checkers = new Checkers(this);
  private readonly limits: PythonLimits;
  private readonly logger: Logger;
  private started: Promise<{ interpreter: Interpreter; pool: Pool }> | undefined;
  private closed = false;

  constructor(private readonly options: PythonServiceOptions = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.logger = options.logger ?? silentLogger;
  }

  /** @throws IdsError `python_missing`, also of every other method */
  async info(): Promise<Interpreter> {
    return (await this.start()).interpreter;
  }

  /**
   * The Python of a project: `wanted` is its setting, a version or the folder of an environment.
   * @throws IdsError `python_missing`
   */
  async project(_root: string, _wanted?: string): Promise<ProjectPython> {
    const interpreter = await this.info();
    return { interpreter, environment: undefined, sitePackages: [], trusted: false, note: null };
  }

  /** What `compile(source, path, "exec", dont_inherit=True)` says of each file. */
  async checkSyntax(files: readonly PlacedFile[], signal?: AbortSignal): Promise<Finding[]> {
    const found = await Promise.all(files.map((file) => this.checkFile(file, signal)));
    return found.flat().sort(byPlace);
  }

  /** @throws IdsError `path_not_allowed`, `file_not_found`, `file_too_large`, `syntax_error`, `python_limit` */
  async analyzeFile(root: string, path: string, signal?: AbortSignal): Promise<FileAnalysis> {
    const found = await resolveInside(root, path);
    if (found.kind === 'folder') throw new IdsError('file_not_found', { path });
    if (found.bytes > this.limits.fileBytes) {
      throw new IdsError('file_too_large', { path, limit: `${this.limits.fileBytes} bytes` });
    }
    const analyzed = await this.analyze(found, signal);
    if ('failure' in analyzed) {
      const { line, column, message } = analyzed.failure;
      throw new IdsError('syntax_error', { path: found.path, line, column, reason: message });
    }
    return analyzed;
  }

  async analyzeFolder(
    root: string,
    path: string,
    limits: { readonly files?: number; readonly signal?: AbortSignal } = {},
  ): Promise<FolderAnalysis> {
    const found = await resolveInside(root, path);
    if (found.kind === 'file') throw new IdsError('not_a_directory', { path });
    const { paths, truncated } = await listPythonFiles(root, found.path, limits.files ?? FOLDER_FILES);
    const files = await this.analyzeAll(root, paths, limits.signal);
    const { version } = await this.info();
    return summarize({ path: found.path, python: version, truncated, files });
  }

  /**
   * The classes and signatures of files and folders (none named: all) for a prompt, in at most `maxChars`
   * characters: first every file, then its classes and functions, then methods and docstrings as long as
   * there is room. What cannot be parsed is said, what is missing is left out.
   */
  async outline(root: string, paths: readonly string[], maxChars: number): Promise<string> {
    const listed = new Set<string>();
    for (const path of paths.length > 0 ? paths : ['']) {
      const found = await resolveInside(root, path).catch(() => undefined);
      if (found?.kind === 'file') listed.add(found.path);
      if (found?.kind !== 'folder') continue;
      for (const file of (await listPythonFiles(root, found.path, FOLDER_FILES)).paths) listed.add(file);
    }
    const analyzed = await this.analyzeAll(root, [...listed].filter(isPython));
    const known = new Map(analyzed.map((file) => [file.path, file]));
    const files = [...listed].map((path): Outlined => known.get(path) ?? { path, other: true });
    return outlineText(files, maxChars);
  }

  /**
   * Which imports cannot work, by looking at files only: of `files`, and with `staged` also of the project's
   * other files as far as the change breaks them. Findings that were there before the change are only counted.
   */
  async checkImports(request: ImportRequest): Promise<Judgement> {
    const { interpreter, pool } = await this.start();
    const { signal, python: _python, ...question } = request;
    for (let skip: string[] = []; ;) {
      try {
        const value = await pool.run({
          op: 'imports',
          args: { ...question, skip },
          path: request.root,
          cpuSeconds: this.limits.importsSeconds,
          signal,
        });
        const reply = importsReply.parse(value);
        return { ...reply, findings: reply.findings.sort(byPlace), tool: `CPython ${interpreter.version}` };
      } catch (error) {
        const killer = killerOf(error);
        if (killer === undefined || killer === request.root || skip.length === KILLERS) throw error;
        this.logger.warn({ file: killer }, 'a file was left out of import resolution');
        skip = [...skip, killer];
      }
    }
  }

  /** The project's own choice of lint rules, as far as it is plain data. */
  async lintSettings(root: string, signal?: AbortSignal): Promise<LintSettings> {
    const { pool } = await this.start();
    const { fileSeconds: cpuSeconds } = this.limits;
    return lintSettingsSchema.parse(
      await pool.run({ op: 'lint-settings', args: { root }, path: 'pyproject.toml', cpuSeconds, signal }),
    );
  }

  async close(): Promise<void> {
    this.closed = true;
    const started = await this.started?.catch(() => undefined);
    started?.pool.close();
    await this.checkers.close();
  }

  private async checkFile({ path, file }: PlacedFile, signal?: AbortSignal): Promise<Finding[]> {
    try {
      return findingsReply.parse(await this.ask('syntax', { path, file }, path, signal));
    } catch (error) {
      return [asFinding(path, error)];
    }
  }

  private async analyzeAll(
    root: string,
    paths: readonly string[],
    signal?: AbortSignal,
  ): Promise<Analyzed[]> {
    const analyze = async (path: string): Promise<Analyzed> => {
      try {
        return await this.analyze(await resolveInside(root, path), signal);
      } catch (error) {
        if (!(error instanceof IdsError) || error.code === 'python_missing') throw error;
        return { path, failure: { line: 0, column: 0, message: error.message } };
      }
    };
    return await Promise.all(paths.map(analyze));
  }

  private async analyze(
    found: PlacedFile & { readonly bytes: number },
    signal?: AbortSignal,
  ): Promise<FileAnalysis | (Analyzed & { readonly failure: SyntaxFailure })> {
    const { path, file, bytes } = found;
    const reply = analysisReply.parse(await this.ask('analyze', { path, file }, path, signal));
    if ('failure' in reply) return { path, failure: reply.failure };
    return { kind: 'file', path, bytes, python: (await this.info()).version, pythonNote: null, ...reply };
  }

  private async ask(op: string, args: PlacedFile, path: string, signal?: AbortSignal): Promise<unknown> {
    const { pool } = await this.start();
    const { fileSeconds: cpuSeconds, fileBytes } = this.limits;
    return await pool.run({ op, args: { ...args, maxBytes: fileBytes }, path, cpuSeconds, signal });
  }

  private start(): Promise<{ interpreter: Interpreter; pool: Pool }> {
    if (this.closed) throw new IdsError('python_failed', { reason: 'the service is closed' });
    this.started ??= this.boot();
    return this.started;
  }

  private async boot(): Promise<{ interpreter: Interpreter; pool: Pool }> {
    try {
      const interpreter = await findInterpreter(this.options.interpreter);
      this.logger.debug({ ...interpreter }, 'found Python');
      return {
        interpreter,
        pool: new Pool(interpreter.executable, this.options.processes ?? 2, this.limits),
      };
    } catch (error) {
      // Someone may install it while we run.
      this.started = undefined;
      throw error;
    }
  }
}

/** A limit or a crash is a finding on the file that caused it; anything else is thrown on. */
function asFinding(path: string, error: unknown): Finding {
  if (!(error instanceof IdsError) || (error.code !== 'python_limit' && error.code !== 'python_failed')) {
    throw error;
  }
  const code = error.code === 'python_limit' ? 'python-limit' : 'python-failed';
  return { path, line: 1, column: 1, code, severity: 'error', message: error.message };
}

/** The file a worker died over. */
function killerOf(error: unknown): string | undefined {
  if (!(error instanceof IdsError) || (error.code !== 'python_limit' && error.code !== 'python_failed')) {
    return undefined;
  }
  const path = error.details['path'];
  return typeof path === 'string' ? path : undefined;
}
