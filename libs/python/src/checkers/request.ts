import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeveritySetting } from '@ids/contracts';
import type { ProjectPython } from '../project-python.js';
import type { StagedFiles } from '../python.service.js';

/** A change, or files as they stand, for a checker to judge. */
export interface CheckRequest {
  readonly root: string;
  readonly python: ProjectPython;
  /** The project's own severities by code, or the beginning of one; the longest that fits decides. */
  readonly severities?: Readonly<Record<string, SeveritySetting>>;
  /** Paths to judge, as they would be named after the change. */
  readonly paths: readonly string[];
  /** Without it the files are judged as they stand, and every finding counts. */
  readonly staged?: StagedFiles;
  /** For renamed files, the path each had before. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** An empty private folder, removed by the caller. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

/** Where a path of the request lies now. */
export function placeOf(request: CheckRequest, path: string): string {
  return request.staged?.added[path] ?? join(request.root, path);
}

/** The path that a file had before the change; undefined if the change creates it. */
export async function pathBefore(request: CheckRequest, path: string): Promise<string | undefined> {
  const before = request.renamed?.[path] ?? path;
  return (await readLines(join(request.root, before))) === undefined ? undefined : before;
}

/** The lines of a file as they are shown with findings; undefined if it cannot be read. */
export async function readLines(file: string): Promise<string[] | undefined> {
  try {
    return (await readFile(file, 'utf8')).split(/\r\n|\r|\n/);
  } catch {
    return undefined;
  }
}
