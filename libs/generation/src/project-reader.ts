import type { Survey } from './map/survey.js';

/** The project as generation sees it. Whoever implements it keeps every path inside of the project. */
export interface ProjectReader {
  /**
   * The bytes of a file and their SHA-256 in hexadecimal digits.
   * @throws IdsError `file_not_found`, `file_too_large`, `path_not_allowed`, …
   */
  read(path: string): Promise<{ path: string; bytes: Uint8Array; hash: string }>;
  /** The files of the project with their sizes. */
  list(limit: number): Promise<{ files: { path: string; bytes: number }[]; truncated: boolean }>;
  /** What the Python files among these define, and which of them import each other. */
  survey(paths: readonly string[]): Promise<Survey>;
}
