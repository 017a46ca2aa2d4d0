import { insideProject } from './inside.js';
import { switchOf } from './mypy-config.js';
import type { MypySettings, TypeSettings } from './settings.js';

export interface PyrightConfig {
  readonly options: Readonly<Record<string, unknown>>;
  readonly refused: readonly string[];
}

/** What our configuration says of where things lie, relative to the folder it lies in. */
export interface PyrightPlaces {
  readonly tree: string;
  readonly paths: readonly string[];
  readonly roots: readonly string[];
  readonly pythonVersion: string;
  /** The folder of an environment of our own, and its name. */
  readonly environment: readonly [folder: string, name: string];
}

type Options = Record<string, unknown>;

const SWITCHES = new Set([
  'analyzeUnannotatedFunctions',
  'deprecateTypingAliases',
  'disableBytesTypePromotions',
  'enableExperimentalFeatures',
  'enableReachabilityAnalysis',
  'enableTypeIgnoreComments',
  'strictDictionaryInference',
  'strictListInference',
  'strictParameterNoneValue',
  'strictSetInference',
  'useLibraryCodeForTypes',
]);
const RULE = /^report[A-Z]\w{2,60}$/;
const LEVEL = /^(none|information|warning|error)$/;
const CHOICES: Readonly<Record<string, RegExp>> = {
  typeCheckingMode: /^(off|basic|standard|strict)$/,
  pythonPlatform: /^\w{1,20}$/,
  pythonVersion: /^3\.([7-9]|[1-9]\d)$/,
};
/** Ours to say, without a word about it. */
const OURS = new Set(['$schema', 'include', 'verboseOutput', 'failOnWarnings']);
const PLATFORMS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'Darwin', win32: 'Windows' };

/**
 * Our own configuration of pyright: the project's by allow-list, with its paths moved into the tree; without
 * one what its settings of mypy mean for pyright. What starts interpreters is always ours.
 */
export function pyrightConfig(settings: TypeSettings, places: PyrightPlaces): PyrightConfig {
  const { tree, paths, roots, pythonVersion, environment } = places;
  const refused: string[] = [];
  const chosen =
    settings.pyright === null
      ? fromMypy(settings.mypy)
      : taken(settings.pyright.options, places, (name) => refused.push(name));
  const extra = Array.isArray(chosen['extraPaths']) ? chosen['extraPaths'] : [];
  const ours = {
    include: paths.map((path) => `${tree}/${path}`),
    exclude: [],
    extraPaths: [...new Set([tree, ...roots.map((root) => `${tree}/${root}`), ...extra])],
    venvPath: environment[0],
    venv: environment[1],
  };
  const defaults = { pythonVersion, pythonPlatform: 'Linux', stubPath: `${tree}/typings` };
  return { options: { ...defaults, ...chosen, ...ours }, refused: [...new Set(refused)] };
}

function taken(options: Options, { tree }: PyrightPlaces, refuse: (name: string) => void): Options {
  const found: Options = {};
  for (const [name, value] of Object.entries(options)) {
    if (OURS.has(name)) continue;
    const translated =
      name === 'executionEnvironments' ? environments(value, tree) : simple(name, value, tree);
    if (translated === undefined)
      refuse(RULE.test(name) || /^\w{1,60}$/.test(name) ? name : 'an option with an odd name');
    else if (name === 'exclude' || name === 'ignore') {
      found['ignore'] = [...(Array.isArray(found['ignore']) ? found['ignore'] : []), ...asList(translated)];
    } else found[name] = translated;
  }
  return found;
}

/** The value of an option that is taken, with paths moved into the tree; undefined for any other. */
function simple(name: string, value: unknown, tree: string): unknown {
  if (SWITCHES.has(name)) return typeof value === 'boolean' ? value : undefined;
  if (RULE.test(name)) {
    return typeof value === 'boolean' || (typeof value === 'string' && LEVEL.test(value)) ? value : undefined;
  }
  if (CHOICES[name] !== undefined) {
    return typeof value === 'string' && CHOICES[name].test(value) ? value : undefined;
  }
  if (name === 'stubPath') return moved(value, tree);
  if (name === 'extraPaths' || name === 'ignore' || name === 'exclude' || name === 'strict') {
    if (!Array.isArray(value)) return undefined;
    const paths = value.map((path: unknown) => moved(path, tree));
    return paths.includes(undefined) ? undefined : paths;
  }
  return name === 'defineConstant' && isConstants(value) ? value : undefined;
}

function environments(value: unknown, tree: string): unknown {
  if (!Array.isArray(value)) return undefined;
  const found: Options[] = [];
  for (const each of value as unknown[]) {
    if (!isOptions(each)) return undefined;
    const root = moved(each['root'] ?? '.', tree);
    if (root === undefined) return undefined;
    const environment: Options = { root };
    for (const [name, inner] of Object.entries(each)) {
      if (name === 'root' || name === 'name') continue;
      const translated = name === 'executionEnvironments' ? undefined : simple(name, inner, tree);
      if (translated === undefined) return undefined;
      environment[name] = translated;
    }
    found.push({ ...environment, extraPaths: [tree, ...asList(environment['extraPaths'])] });
  }
  return found;
}

/** mypy checks no function without annotations unless it is told to; its other switches name rules of pyright. */
function fromMypy(mypy: MypySettings | null): Options {
  if (mypy === null) return {};
  const { options } = mypy;
  const on = (name: string): boolean => switchOf(options, name) ?? false;
  const strict = on('strict');
  const platform = options['platform'];
  const version = options['python_version'];
  return {
    analyzeUnannotatedFunctions: strict || on('check_untyped_defs'),
    ...(strict || on('disallow_untyped_defs') ? { reportMissingParameterType: 'error' } : {}),
    ...(strict || on('disallow_any_generics') ? { reportMissingTypeArgument: 'error' } : {}),
    ...(strict || on('warn_redundant_casts') ? { reportUnnecessaryCast: 'error' } : {}),
    ...(typeof platform === 'string' && PLATFORMS[platform] !== undefined
      ? { pythonPlatform: PLATFORMS[platform] }
      : {}),
    ...(typeof version === 'string' && CHOICES['pythonVersion']?.test(version) === true
      ? { pythonVersion: version }
      : {}),
  };
}

function moved(path: unknown, tree: string): string | undefined {
  const inside = typeof path === 'string' ? insideProject(path) : undefined;
  if (inside === undefined) return undefined;
  return inside === '.' ? tree : `${tree}/${inside}`;
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isOptions(value: unknown): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isConstants(value: unknown): boolean {
  return (
    isOptions(value) && Object.values(value).every((each) => ['boolean', 'string'].includes(typeof each))
  );
}
