import type { LintOptions } from './options.js';
import { excludes, meansFile } from './scoped.js';

/** Whether the project keeps a file from being linted. */
export function isExcluded({ excluded }: LintOptions, path: string): boolean {
  return excluded.some((pattern) => excludes(pattern, path));
}

/** What one file is linted with. */
export interface FileRules {
  readonly targetVersion: string;
  /** Switched off for this file, however they were chosen. */
  readonly ignored: readonly string[];
}

export function rulesOf(
  { targetVersion, versionsByFile, ignoresByFile }: LintOptions,
  path: string,
): FileRules {
  const own = versionsByFile.find((each) => meansFile(each, path));
  const ignored = ignoresByFile.flatMap((each) => (meansFile(each, path) ? each.codes : []));
  return { targetVersion: own?.version ?? targetVersion, ignored: [...new Set(ignored)] };
}
