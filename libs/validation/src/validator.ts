import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  LAYERS,
  type ChangeSet,
  type Finding,
  type Layer,
  type LayerResult,
  type ValidationSettings,
} from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import {
  listPythonFiles,
  resolveInside,
  withStricterSeverities,
  type PlacedFile,
  type ProjectPython,
  type PythonService,
} from '@ids/python';
import { judged, outcomeOf, skipped, timed, type Outcome } from './layer.js';
import { stage, withPrivateFolder, type Staged } from './staging.js';
import { DEFAULT_TEST_LIMITS, type TestLimits } from './tests/limits.js';
import { runTests } from './tests-layer.js';

export interface ValidatorOptions {
  /** Where private folders are made; the system's folder for temporary files if not set. */
  readonly tempFolder?: string;
  /** What one run of a project's tests may cost; a project's settings may say other times and sizes. */
  readonly testLimits?: Partial<TestLimits>;
}

/** What is judged: files of a change, or files as they stand. */
interface Subject {
  readonly root: string;
  readonly python: ProjectPython;
  /** The Python files, where they lie now. */
  readonly files: readonly PlacedFile[];
  /** Folders of which not all files are among them. */
  readonly cut?: readonly string[];
  /** Not set: the files are judged as they stand, and every finding counts. */
  readonly staged?: Staged;
  readonly folder: string;
  readonly settings: ValidationSettings;
  readonly signal: AbortSignal;
}

const PYTHON_FILE = /\.py[iw]?$/i;
const FOLDER_FILES = 2_000;

/**
 * The layers of validation, in their order, over a change that is not applied yet or over files on disk.
 * Only what changes is staged, in a private folder that is always removed; the project is read in place and
 * nothing is written into it.
 */
export class Validator {
  constructor(
    private readonly python: PythonService,
    private readonly options: ValidatorOptions = {},
  ) {}

  /**
   * What is wrong with a change that was not wrong before; `onLayer` gets each result as it falls.
   * @throws IdsError `python_missing`; the signal's reason once aborted
   */
  async validateChange(input: {
    readonly root: string;
    /** The project's own folder, where its environment is, if `root` is a copy of how it was. */
    readonly home?: string;
    readonly changes: ChangeSet;
    readonly settings: ValidationSettings;
    readonly signal: AbortSignal;
    readonly onLayer?: (result: LayerResult) => Promise<void>;
  }): Promise<LayerResult[]> {
    const { root, home = root, changes, settings, signal, onLayer } = input;
    return await withPrivateFolder(this.options.tempFolder, async (folder) => {
      const staged = await stage(folder, changes);
      const files = Object.entries(staged.added).map(([path, file]) => ({ path, file }));
      return await this.run(
        home,
        { root, files: pythonOnly(files), staged, folder, settings, signal },
        onLayer,
      );
    });
  }

  /**
   * What is wrong with files as they stand; folders stand for the Python files in them.
   * @throws IdsError `file_not_found`, `path_not_allowed`, `python_missing`; the signal's reason once aborted
   */
  async validatePaths(input: {
    readonly root: string;
    readonly paths: readonly string[];
    readonly settings: ValidationSettings;
    readonly signal: AbortSignal;
  }): Promise<LayerResult[]> {
    const { root, settings, signal } = input;
    const { files, cut } = await expand(root, input.paths);
    return await withPrivateFolder(this.options.tempFolder, (folder) =>
      this.run(root, { root, files: pythonOnly(files), cut, folder, settings, signal }),
    );
  }

  private async run(
    home: string,
    input: Omit<Subject, 'python'>,
    onLayer?: (result: LayerResult) => Promise<void>,
  ): Promise<LayerResult[]> {
    // Without Python there is no verdict at all, not even a skipped layer.
    const python = await this.python.project(home, input.settings.python);
    const subject = { ...input, python };
    const results: LayerResult[] = [];
    for (const layer of LAYERS) {
      subject.signal.throwIfAborted();
      const result = await timed(layer, () => this.runLayer(layer, subject, results));
      results.push(result);
      await onLayer?.(result);
    }
    return results;
  }

  private async runLayer(layer: Layer, subject: Subject, before: readonly LayerResult[]): Promise<Outcome> {
    const { settings, files } = subject;
    if (layer === 'syntax') return await this.syntax(subject);
    if (before.some((result) => result.layer === 'syntax' && result.status === 'failed')) {
      return skipped('the layer syntax failed');
    }
    if (layer === 'imports') return await this.imports(subject);
    if (settings[layer] === false) return skipped('not enabled');
    if (layer === 'tests') return await this.tests(subject, before);
    if (files.length === 0) return { status: 'passed', findings: [], reason: 'no Python file to judge' };
    const folder = join(subject.folder, layer);
    await mkdir(folder);
    const request = {
      root: subject.root,
      python: subject.python,
      ...(settings.severities === undefined ? {} : { severities: settings.severities }),
      paths: files.map(({ path }) => path),
      folder,
      signal: subject.signal,
      ...changeOf(subject),
    };
    return outcomeOf(layer, settings[layer], await this.python.checkers[layer](request));
  }

  private async syntax({ files, cut = [], python, signal }: Subject): Promise<Outcome> {
    const found = await this.python.checkSyntax(files, { python, signal });
    const findings = [...found, ...cut.map(cutFinding)];
    const tool = `CPython ${python.interpreter.version}`;
    return judged({ findings, tool, ...(python.note === null ? {} : { note: python.note }) });
  }

  private async imports(subject: Subject): Promise<Outcome> {
    const { root, python, files, signal } = subject;
    try {
      const request = { root, python, files, signal, ...changeOf(subject) };
      const judgement = await this.python.checkImports(request);
      return judged(withStricterSeverities(judgement, subject.settings.severities));
    } catch (error) {
      if (!(error instanceof IdsError) || !/^python_(limit|failed)$/.test(error.code)) throw error;
      const code = error.code.replace('_', '-');
      const finding = {
        path: '.',
        line: 0,
        column: 0,
        code,
        severity: 'error',
        message: error.message,
      } as const;
      return { status: 'failed', findings: [finding] };
    }
  }

  private async tests(subject: Subject, before: readonly LayerResult[]): Promise<Outcome> {
    if (before.some(({ layer, status }) => layer === 'imports' && status === 'failed')) {
      return skipped('the layer imports failed');
    }
    const folder = join(subject.folder, 'tests');
    await mkdir(folder);
    const { root, python, signal, settings, staged } = subject;
    return await runTests({
      root,
      folder,
      python,
      signal,
      settings,
      wanted: settings.tests,
      limits: this.testLimits(settings),
      ...(staged === undefined ? {} : { staged }),
    });
  }

  private testLimits({ testSeconds, testCopyMb }: ValidationSettings): TestLimits {
    return {
      ...DEFAULT_TEST_LIMITS,
      ...this.options.testLimits,
      ...(testSeconds === undefined ? {} : { seconds: testSeconds }),
      ...(testCopyMb === undefined ? {} : { copyMb: testCopyMb }),
    };
  }
}

function changeOf({ staged }: Subject): { staged?: Staged; renamed?: Staged['renamed'] } {
  return staged === undefined ? {} : { staged, renamed: staged.renamed };
}

function pythonOnly(files: readonly PlacedFile[]): PlacedFile[] {
  return files.filter(({ path }) => PYTHON_FILE.test(path));
}

/** The files that paths stand for, and the folders that hold more of them than are taken. */
async function expand(
  root: string,
  paths: readonly string[],
): Promise<{ readonly files: PlacedFile[]; readonly cut: string[] }> {
  const cut: string[] = [];
  const found = new Map<string, string>();
  for (const path of paths) {
    const inside = await resolveInside(root, path);
    if (inside.kind === 'file') found.set(inside.path, inside.file);
    else {
      const listed = await listPythonFiles(root, inside.path, FOLDER_FILES);
      if (listed.truncated) cut.push(inside.path);
      for (const each of listed.paths) found.set(each, join(root, each));
    }
  }
  return { files: [...found].map(([path, file]) => ({ path, file })), cut };
}

/** A verdict over a part must not read like one over all. */
function cutFinding(path: string): Finding {
  const message = `more than ${FOLDER_FILES} Python files lie in it, and the rest was not judged: name smaller folders`;
  return {
    path: path === '' ? '.' : path,
    line: 0,
    column: 0,
    code: 'not-judged',
    severity: 'error',
    message,
  };
}
