import { posix } from 'node:path';
import type { Configuration, Level } from './configuration.js';
import { GENERAL, KNOWN_AT_TOP, KNOWN_IN_LINT, LINT } from './known-options.js';
import { DEFAULT_SELECTION, extendSelection, type Selection } from './selectors.js';
import type { Scoped } from './scoped.js';
import { isTable, stringsOf, type Table } from './settings.js';
import { versionOfInterpreter, versionOfRequires } from './target-version.js';

/** A project's settings of ruff, merged over what they extend; plain data that ruff can take. */
export interface LintOptions {
  /** The file that decides; undefined if the project has none. */
  readonly source: string | undefined;
  readonly selection: Selection;
  /** Of the top level, without what depends on paths. */
  readonly general: Table;
  /** Of the table `lint`, the plugins' tables among it. */
  readonly lint: Table;
  readonly targetVersion: string;
  readonly versionsByFile: readonly (Scoped & { readonly version: string })[];
  readonly ignoresByFile: readonly (Scoped & { readonly codes: readonly string[] })[];
  readonly excluded: readonly Scoped[];
  /** Folders, relative to the project. */
  readonly src: readonly string[];
  readonly namespacePackages: readonly string[];
  readonly standard: readonly string[];
  readonly notes: readonly string[];
}

/** Larger ones were not written by a person. */
const LARGEST = 100_000;
/** Of all patterns together: each is matched with each file, and with the folders above it. */
const LARGEST_PATTERNS = 20_000;

/** ruff's usual rules, for a project of this interpreter. */
export function usualOptions(configuration: Configuration, interpreter: string): LintOptions {
  const { requiresPython, standard, notes } = configuration;
  const required = requiresPython === undefined ? undefined : versionOfRequires(requiresPython);
  return {
    source: undefined,
    selection: DEFAULT_SELECTION,
    general: {},
    lint: {},
    targetVersion: required ?? versionOfInterpreter(interpreter),
    versionsByFile: [],
    ignoresByFile: [],
    excluded: [],
    src: ['', 'src'],
    namespacePackages: [],
    standard,
    notes: configuration.broken ? [...notes, "ruff's usual rules were used"] : notes,
  };
}

/** The options that hold under a configuration. */
export function optionsOf(configuration: Configuration, interpreter: string): LintOptions {
  const usual = usualOptions(configuration, interpreter);
  const merged = configuration.levels.toReversed().reduce(mergeLevel, usual);
  const size = JSON.stringify([merged.general, merged.lint, merged.selection]).length;
  const { excluded, ignoresByFile, versionsByFile } = merged;
  const patterns = [excluded, ignoresByFile, versionsByFile].flat().map(({ pattern }) => pattern.length);
  if (size <= LARGEST && patterns.reduce((sum, each) => sum + each, 0) <= LARGEST_PATTERNS) return merged;
  const note = `the settings in ${merged.source ?? ''} are too large; ruff's usual rules were used`;
  return { ...usual, notes: [...merged.notes, note] };
}

function mergeLevel(base: LintOptions, level: Level): LintOptions {
  const { source, folder, table } = level;
  // Options of `lint` may still stand at the top, where those of the table go before them.
  const lint = { ...pick(table, [...KNOWN_IN_LINT]), ...(isTable(table['lint']) ? table['lint'] : {}) };
  const scoped = (value: unknown): Scoped[] => stringsOf(value).map((pattern) => ({ folder, pattern }));
  const folders = (value: unknown): string[] =>
    stringsOf(value).flatMap((each) => inside(folder, each) ?? []);
  const target = table['target-version'];
  return {
    source,
    selection: extendSelection(base.selection, lint),
    general: { ...base.general, ...pick(table, GENERAL) },
    lint: mergePlugins(base.lint, pick(lint, LINT)),
    targetVersion: typeof target === 'string' ? target : base.targetVersion,
    versionsByFile: own(
      table['per-file-target-version'],
      Object.entries(tableOf(table['per-file-target-version'])).flatMap(([pattern, version]) =>
        typeof version === 'string' ? [{ folder, pattern, version }] : [],
      ),
      base.versionsByFile,
    ),
    ignoresByFile: [
      ...own(lint['per-file-ignores'], ignores(lint['per-file-ignores'], folder), base.ignoresByFile),
      ...ignores(lint['extend-per-file-ignores'], folder),
    ],
    excluded: [
      ...own(table['exclude'], scoped(table['exclude']), base.excluded),
      ...scoped(table['extend-exclude']),
      ...scoped(lint['exclude']),
    ],
    src: own(table['src'], folders(table['src']), [folder, posix.join(folder, 'src')]),
    namespacePackages: own(
      table['namespace-packages'],
      folders(table['namespace-packages']),
      base.namespacePackages,
    ),
    standard: base.standard,
    notes: [...base.notes, ...refusals(level, lint)],
  };
}

/** What a file says itself, where it does. */
function own<T>(value: unknown, taken: T, kept: T): T {
  return value === undefined ? kept : taken;
}

/** A plugin's table is taken option by option. */
function mergePlugins(base: Table, own: Table): Table {
  const both = Object.entries(own).map(([name, value]) => [
    name,
    isTable(value) && isTable(base[name]) ? { ...base[name], ...value } : value,
  ]);
  return { ...base, ...Object.fromEntries(both) };
}

function ignores(value: unknown, folder: string): LintOptions['ignoresByFile'] {
  return Object.entries(tableOf(value)).map(([pattern, codes]) => ({
    folder,
    pattern,
    codes: stringsOf(codes),
  }));
}

function refusals({ source, folder, table }: Level, lint: Table): string[] {
  const top = Object.keys(table).filter((name) => !KNOWN_AT_TOP.has(name));
  const inner = Object.keys(lint).filter((name) => !KNOWN_IN_LINT.has(name));
  const folders = ['src', 'namespace-packages'].filter((name) =>
    stringsOf(table[name]).some((written) => inside(folder, written) === undefined),
  );
  const names = [...top, ...inner.map((name) => `lint.${name}`), ...folders].map((name) => name.slice(0, 60));
  return names.length === 0 ? [] : [`not taken from ${source}: ${names.slice(0, 10).join(', ')}`];
}

/** A folder named in settings; undefined if it leads out of the project or is no plain path. */
function inside(folder: string, written: string): string | undefined {
  const path = posix.join(folder, written).replace(/\/$/, '');
  if (posix.isAbsolute(written) || path.startsWith('..') || /[~$*?[{\0]/.test(written)) return undefined;
  return path === '.' ? '' : path;
}

function pick(table: Table, names: readonly string[]): Table {
  return Object.fromEntries(Object.entries(table).filter(([name]) => names.includes(name)));
}

function tableOf(value: unknown): Table {
  return isTable(value) ? value : {};
}
