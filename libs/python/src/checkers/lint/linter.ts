import type { Table } from './settings.js';

/** What a linter reports, before severities. Lines and columns count from 1, columns in characters. */
export interface LintMessage {
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export interface LintJob {
  readonly text: string;
  /** Where the file lies in the tree that is judged, absolute; it is not read. */
  readonly file: string;
  /** Options as ruff names them. */
  readonly options: Table;
  readonly signal?: AbortSignal | undefined;
}

export type LintAnswer =
  | { readonly messages: readonly LintMessage[] }
  /** ruff's own words about options that it does not take. */
  | { readonly misconfigured: string };

/** A ruff. Its `check` throws an Error with the reason if it cannot judge a text. */
export interface Linter {
  /** With its version. */
  name(): Promise<string>;
  /** Whether rules may depend on where the file lies. */
  readonly knowsPaths: boolean;
  /** How many files at a time. */
  readonly width: number;
  check(job: LintJob): Promise<LintAnswer>;
}

export const SYNTAX_CODE = 'invalid-syntax';
