import { basename } from 'node:path';
import type { FileAnalysis, Finding, FolderAnalysis } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import { silentLogger, type Logger } from '@ids/observability';
import { NO_CACHE, type AnalysisCache } from './analyses/analysis-cache.js';
import { ProjectAnalysis, type Survey } from './analyses/project-analysis.js';
import { Checkers } from './checkers/checkers.js';
import { lintSettingsSchema, type LintSettings } from './checkers/lint/settings.js';
import { typeSettingsSchema, type TypeQuestion, type TypeSettings } from './checkers/types/settings.js';
import { byPlace, type Judgement } from './findings.js';
import { findInterpreter, type Installed, type Interpreter } from './interpreter.js';
import { DEFAULT_LIMITS, type PythonLimits } from './limits.js';
import { Pools } from './pools.js';
import type { ProjectPython } from './project-python.js';
import { InstalledPythons } from './project/installed.js';
import { PythonFinder } from './project/python-finder.js';
import { findingsReply, importsReply } from './replies.js';
import type { AnalysisOptions, ImportRequest, PlacedFile, SyntaxOptions } from './requests.js';

export type * from './requests.js';

export interface PythonServiceOptions {
  /** Warm worker processes at most, for each interpreter; they are started when needed. */
  readonly processes?: number;
  /** An interpreter instead of the first Python >= 3.9 on PATH, for projects that ask for none. */
  readonly interpreter?: string;
  readonly logger?: Logger;
  readonly limits?: Partial<PythonLimits>;
  /** Where analyses are kept; without it each is made anew. */
  readonly cache?: AnalysisCache;
  /** The folder that projects lie in: no interpreter is taken from there only because a project names it. */
  readonly projectsRoot?: string;
}

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
  private readonly pools: Pools;
  private readonly finder: PythonFinder;
  private readonly analysis: ProjectAnalysis;
  private usual: Promise<Installed> | undefined;
  private closed = false;

  constructor(private readonly options: PythonServiceOptions = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.logger = options.logger ?? silentLogger;
    this.pools = new Pools(options.processes ?? 2, this.limits);
    this.finder = new PythonFinder({
      installed: new InstalledPythons(),
      usual: () => this.usualInterpreter(),
      projectsRoot: options.projectsRoot,
    });
    this.analysis = new ProjectAnalysis(this.pools, this.limits, options.cache ?? NO_CACHE);
  }

  /** The interpreter of projects that ask for none. @throws IdsError `python_missing`, also of every other method */
  async info(): Promise<Interpreter> {
    const { version, executable } = await this.usualInterpreter();
    return { version, executable };
  }

  /**
   * The Python of a project: `wanted` is its setting, a version or the folder of an environment.
   * @throws IdsError `python_missing`
   */
  async project(root: string, wanted?: string): Promise<ProjectPython> {
    return await this.finder.find(root, wanted);
  }

  /** What `compile(source, path, "exec", dont_inherit=True)` says of each file. */
  async checkSyntax(files: readonly PlacedFile[], options: SyntaxOptions = {}): Promise<Finding[]> {
    const interpreter = options.python?.interpreter ?? (await this.info());
    const found = await Promise.all(files.map((file) => this.checkFile(interpreter, file, options.signal)));
    return found.flat().sort(byPlace);
  }

  /** @throws IdsError `path_not_allowed`, `file_not_found`, `file_too_large`, `syntax_error`, `python_limit` */
  async analyzeFile(root: string, path: string, options: AnalysisOptions = {}): Promise<FileAnalysis> {
    return await this.analysis.file(await this.project(root, options.wanted), root, path, options.signal);
  }

  /** @throws IdsError `path_not_allowed`, `file_not_found`, `not_a_directory` */
  async analyzeFolder(
    root: string,
    path: string,
    options: AnalysisOptions & { readonly files?: number } = {},
  ): Promise<FolderAnalysis> {
    return await this.analysis.folder(await this.project(root, options.wanted), root, path, options);
  }

  /** What files define and which of them import each other; those that are gone or no files are left out. */
  async survey(root: string, paths: readonly string[], options: AnalysisOptions = {}): Promise<Survey> {
    return await this.analysis.survey(await this.project(root, options.wanted), root, paths, options.signal);
  }

  /**
   * Which imports cannot work, by looking at files only: of `files`, and with `staged` also of the project's
   * other files as far as the change breaks them. Findings that were there before the change are only counted.
   */
  async checkImports(request: ImportRequest): Promise<Judgement> {
    const { signal, python, ...question } = request;
    const { interpreter, sitePackages, environment, note } = python;
    for (let skip: string[] = []; ;) {
      try {
        const value = await this.pools.of(interpreter).run({
          op: 'imports',
          args: { ...question, environment, sitePackages, skip },
          path: request.root,
          cpuSeconds: this.limits.importsSeconds,
          signal,
        });
        const reply = importsReply.parse(value);
        const tool = `CPython ${interpreter.version}`;
        const judged = { ...reply, findings: reply.findings.sort(byPlace), tool };
        return note === null ? judged : { ...judged, note };
      } catch (error) {
        const killer = killerOf(error);
        if (killer === undefined || killer === request.root || skip.length === KILLERS) throw error;
        this.logger.warn({ file: killer }, 'a file was left out of import resolution');
        skip = [...skip, killer];
      }
    }
  }

  /** The settings of ruff in a file that lies in the project, as plain data. */
  async lintSettings(file: string, signal?: AbortSignal): Promise<LintSettings> {
    const { fileSeconds: cpuSeconds } = this.limits;
    return lintSettingsSchema.parse(
      await this.pools
        .of(await this.info())
        .run({ op: 'lint-settings', args: { file }, path: basename(file), cpuSeconds, signal }),
    );
  }

  /** What the types layer has to know of a project: settings of the type checkers, roots, importers; as data. */
  async typeSettings(question: TypeQuestion, signal?: AbortSignal): Promise<TypeSettings> {
    const { fileSeconds: cpuSeconds } = this.limits;
    return typeSettingsSchema.parse(
      await this.pools
        .of(await this.info())
        .run({ op: 'type-settings', args: question, path: question.root, cpuSeconds, signal }),
    );
  }

  async close(): Promise<void> {
    this.closed = true;
    this.pools.close();
    await this.checkers.close();
  }

  private async checkFile(
    interpreter: Interpreter,
    { path, file }: PlacedFile,
    signal?: AbortSignal,
  ): Promise<Finding[]> {
    const { fileSeconds: cpuSeconds, fileBytes: maxBytes } = this.limits;
    try {
      const pool = this.pools.of(interpreter);
      const args = { path, file, maxBytes };
      return findingsReply.parse(await pool.run({ op: 'syntax', args, path, cpuSeconds, signal }));
    } catch (error) {
      return [asFinding(path, error)];
    }
  }

  private usualInterpreter(): Promise<Installed> {
    if (this.closed) throw new IdsError('python_failed', { reason: 'the service is closed' });
    this.usual ??= this.findUsual();
    return this.usual;
  }

  private async findUsual(): Promise<Installed> {
    try {
      const interpreter = await findInterpreter(this.options.interpreter);
      this.logger.debug({ ...interpreter }, 'found Python');
      return interpreter;
    } catch (error) {
      // Someone may install it while we run.
      this.usual = undefined;
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
