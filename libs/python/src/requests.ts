import type { ProjectPython } from './project-python.js';

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

export interface SyntaxOptions {
  /** Whose Python judges; without it the usual one. */
  readonly python?: ProjectPython;
  readonly signal?: AbortSignal;
}

export interface AnalysisOptions {
  /** The project's setting for its Python: a version, or the folder of an environment. */
  readonly wanted?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}
