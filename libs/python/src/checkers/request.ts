import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeveritySetting } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import type { ProjectPython } from '../project-python.js';
import type { StagedFiles } from '../python.service.js';
import { decodeSource } from '../source.js';

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
  return (await isReadable(join(request.root, before))) ? before : undefined;
}

async function isReadable(file: string): Promise<boolean> {
  try {
    await access(file, constants.R_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** The lines of a file as Python takes them; undefined if it cannot be read. */
export async function readLines(file: string): Promise<string[] | undefined> {
  try {
    return textOf(file, await readFile(file)).split(/\r\n|\r|\n/);
  } catch {
    return undefined;
  }
}

/** Of what Python could not read either: as UTF-8. */
function textOf(file: string, bytes: Buffer): string {
  try {
    return decodeSource(file, bytes).text;
  } catch (error) {
    if (!(error instanceof IdsError)) throw error;
    return bytes.toString();
  }
}
