import type { LocatedFinding } from '../../findings.js';
import type { ProjectPython } from '../../project-python.js';
import type { TypeSettings } from './settings.js';

/** Files to judge in a tree that is laid out, before or after the change. */
export interface TypeJob {
  /** A folder of the tool's own, kept between the runs for one project. */
  readonly folder: string;
  /** The project as it is judged, in `folder`. */
  readonly tree: string;
  readonly state: 'before' | 'after';
  /** Relative to the tree. */
  readonly paths: readonly string[];
  readonly settings: TypeSettings;
  readonly python: ProjectPython;
  readonly signal?: AbortSignal | undefined;
}

export type TypeAnswer =
  | { readonly located: readonly LocatedFinding[]; readonly notes: readonly string[] }
  /** These files are beyond this tool; another may judge them. */
  | { readonly cannot: string }
  | { readonly failed: string };

export interface TypeTool {
  /** With its version. */
  readonly name: string;
  run(job: TypeJob): Promise<TypeAnswer>;
}

/** What one run of a tool may cost. */
export interface TypeLimits {
  readonly seconds: number;
  readonly memoryMb: number;
  readonly outputBytes: number;
}

export const TYPE_LIMITS: TypeLimits = { seconds: 180, memoryMb: 4_096, outputBytes: 32 * 1_024 * 1_024 };
