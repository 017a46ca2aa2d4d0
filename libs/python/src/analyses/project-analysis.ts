import { access, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileAnalysis, FolderAnalysis, ImportEdge } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import { listPythonFiles, readSmallText, resolveInside, type InsideFile } from '../files.js';
import { declaredScripts } from '../folder/entry-points.js';
import { importEdges } from '../folder/import-graph.js';
import { folderOf } from '../folder/module-index.js';
import type { PythonLimits } from '../limits.js';
import type { Pools } from '../pools.js';
import type { ProjectPython } from '../project-python.js';
import { indexOf, summarize, type Analyzed, type Surveyed } from '../summary.js';
import { Analyses, type Outcome } from './analyses.js';
import type { AnalysisCache } from './analysis-cache.js';
import {
  factsForm,
  importFacts,
  wholeForm,
  type FailedToParse,
  type FileFacts,
  type Whole,
} from './forms.js';

const FOLDER_FILES = 2_000;

/** The structure of several files of a project. */
export interface Survey {
  readonly files: readonly Analyzed[];
  /** Imports between these files. */
  readonly edges: readonly ImportEdge[];
}

interface FolderOptions {
  /** How many files are looked at. */
  readonly files?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a project's files define, by the project's own Python. */
export class ProjectAnalysis {
  constructor(
    private readonly pools: Pools,
    private readonly limits: PythonLimits,
    private readonly cache: AnalysisCache,
  ) {}

  /** @throws IdsError `path_not_allowed`, `file_not_found`, `file_too_large`, `syntax_error`, `python_limit` */
  async file(python: ProjectPython, root: string, path: string, signal?: AbortSignal): Promise<FileAnalysis> {
    const found = await resolveInside(root, path);
    if (found.kind === 'folder') throw new IdsError('file_not_found', { path });
    if (found.bytes > this.limits.fileBytes) {
      throw new IdsError('file_too_large', { path, limit: `${this.limits.fileBytes} bytes` });
    }
    const source = { path: found.path, file: await realpath(found.file) };
    const [outcome] = await this.analysesBy(python).of([source], wholeForm, signal);
    if (outcome === undefined) throw new IdsError('python_failed', { path });
    if ('error' in outcome) throw outcome.error;
    if ('failure' in outcome.value) {
      const { line, column, message } = outcome.value.failure;
      const { note } = python;
      // Another Python than the project's may be the reason.
      const details = { path: found.path, line, column, reason: message };
      throw new IdsError('syntax_error', note === null ? details : { ...details, note });
    }
    return analysisOf(found.path, python, outcome.value, outcome.bytes);
  }

  /** @throws IdsError `path_not_allowed`, `file_not_found`, `not_a_directory` */
  async folder(
    python: ProjectPython,
    root: string,
    path: string,
    options: FolderOptions,
  ): Promise<FolderAnalysis> {
    const found = await resolveInside(root, path);
    if (found.kind === 'file') throw new IdsError('not_a_directory', { path });
    const { paths, truncated } = await listPythonFiles(root, found.path, options.files ?? FOLDER_FILES);
    // Links were left out, so no path leads elsewhere if the folder's own does not.
    const sources = paths.map((each) => ({ path: each, file: join(root, each) }));
    const outcomes = await this.analysesBy(python).of(sources, factsForm, options.signal);
    const files = outcomes.map((outcome, at): Surveyed => surveyedOf(paths[at] ?? '', outcome));
    return summarize({
      path: found.path,
      python: python.interpreter.version,
      pythonNote: python.note,
      truncated,
      files,
      scripts: await declaredScripts((name) => readSmallText(root, name)),
      outer: await packagesAround(root, found.path),
    });
  }

  async survey(
    python: ProjectPython,
    root: string,
    paths: readonly string[],
    signal?: AbortSignal,
  ): Promise<Survey> {
    const sources = await Promise.all([...new Set(paths)].map((path) => placed(root, path)));
    const present = sources.filter((source) => source !== undefined);
    const outcomes = await this.analysesBy(python).of(present, wholeForm, signal);
    const files = outcomes.map((outcome, at) => analyzedOf(present[at]?.path ?? '', python, outcome));
    const parsed = files.filter((file) => 'kind' in file);
    const index = indexOf(
      '',
      parsed.map(({ path }) => path),
    );
    const importers = parsed.map((file) => ({ path: file.path, imports: importFacts(file.imports) }));
    return { files, edges: importEdges(importers, index) };
  }

  private analysesBy({ interpreter }: ProjectPython): Analyses {
    return new Analyses(this.pools.of(interpreter), interpreter, this.limits, this.cache);
  }
}

type Parsed = Exclude<Whole, FailedToParse>;

function analysisOf(path: string, python: ProjectPython, parsed: Parsed, bytes: number): FileAnalysis {
  const { interpreter, note } = python;
  return { kind: 'file', path, bytes, python: interpreter.version, pythonNote: note, ...parsed };
}

function analyzedOf(path: string, python: ProjectPython, outcome: Outcome<Whole>): Analyzed {
  if ('error' in outcome) return { path, failure: failureOf(outcome.error) };
  const { value, bytes } = outcome;
  return 'failure' in value ? { path, failure: value.failure } : analysisOf(path, python, value, bytes);
}

function surveyedOf(path: string, outcome: Outcome<FileFacts | FailedToParse>): Surveyed {
  if ('error' in outcome) return { path, failure: failureOf(outcome.error) };
  const { value, bytes } = outcome;
  return 'failure' in value ? { path, failure: value.failure } : { path, bytes, ...value };
}

function failureOf(error: IdsError): FailedToParse['failure'] {
  return { line: 0, column: 0, message: error.message };
}

/** A file of a project with links resolved; undefined if there is none, or it lies elsewhere. */
async function placed(root: string, path: string): Promise<{ path: string; file: string } | undefined> {
  try {
    const found: InsideFile = await resolveInside(root, path);
    return found.kind === 'file' ? { path: found.path, file: await realpath(found.file) } : undefined;
  } catch {
    return undefined;
  }
}

/** The packages that a folder of a project lies in, itself not among them. */
async function packagesAround(root: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (let above = folderOf(folder); above !== ''; above = folderOf(above)) {
    const initial = join(root, above, '__init__.py');
    const isPackage = await access(initial).then(
      () => true,
      () => false,
    );
    if (!isPackage) break;
    found.push(above);
  }
  return found;
}
