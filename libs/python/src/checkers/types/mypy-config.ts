import { insideProject } from './inside.js';
import type { MypyOptions, MypySettings } from './settings.js';

/** Our own configuration of mypy, and what of the project's is not in it. */
export interface MypyConfig {
  readonly ini: string;
  /** Folders of the project from which modules are imported, by its `mypy_path`. */
  readonly folders: readonly string[];
  readonly refused: readonly string[];
}

/** Which errors there are: nothing else hangs on these. */
const SWITCHES = new Set([
  'allow_empty_bodies',
  'allow_redefinition',
  'allow_redefinition_new',
  'allow_untyped_globals',
  'check_untyped_defs',
  'disable_bytearray_promotion',
  'disable_memoryview_promotion',
  'disallow_any_decorated',
  'disallow_any_explicit',
  'disallow_any_expr',
  'disallow_any_generics',
  'disallow_any_unimported',
  'disallow_incomplete_defs',
  'disallow_subclassing_any',
  'disallow_untyped_calls',
  'disallow_untyped_decorators',
  'disallow_untyped_defs',
  'extra_checks',
  'follow_imports_for_stubs',
  'follow_untyped_imports',
  'force_union_syntax',
  'force_uppercase_builtins',
  'ignore_errors',
  'ignore_missing_imports',
  'implicit_optional',
  'implicit_reexport',
  'local_partial_types',
  'no_site_packages',
  'no_silence_site_packages',
  'old_type_inference',
  'strict',
  'strict_bytes',
  'strict_concatenate',
  'strict_equality',
  'strict_equality_for_none',
  'strict_optional',
  'warn_incomplete_stub',
  'warn_no_return',
  'warn_redundant_casts',
  'warn_return_any',
  'warn_unreachable',
  'warn_unused_ignores',
]);
const LISTS = new Set([
  'always_false',
  'always_true',
  'deprecated_calls_exclude',
  'disable_error_code',
  'enable_error_code',
  'enable_incomplete_feature',
  'untyped_calls_exclude',
]);
const CHOICES: Readonly<Record<string, RegExp>> = {
  follow_imports: /^(normal|silent|skip|error)$/,
  platform: /^\w{1,20}$/,
  // 3.1 is what TOML makes of 3.10 without quotes.
  python_version: /^3\.([7-9]|[1-9]\d)$/,
};
/** Ours to say, without a word about it: what is judged, how it is printed, what is kept. */
const OURS =
  /^(files|packages|modules|exclude|exclude_gitignore|mypy_path|namespace_packages|explicit_package_bases|scripts_are_modules|pretty|color_output|error_summary|(no_)?(show|hide)_\w+|output|verbosity|warn_unused_configs|incremental|sqlite_cache|cache_fine_grained|fixed_format_cache|fast_module_lookup|skip_\w+|fast_exit)$/;
const TRUTH = /^(true|false|yes|no|on|off|1|0)$/i;
const WORD = /^[\w.*-]{1,100}$/;

/** By allow-list: what can run code, reach out of the project or write files is not in it. */
export function mypyConfig(settings: MypySettings | null, pythonVersion: string): MypyConfig {
  const options: MypyOptions = settings?.options ?? {};
  const modules = settings?.modules ?? [];
  const own = taken(options);
  const lines = ['[mypy]', ...own.lines];
  if (!own.lines.some((line) => line.startsWith('python_version ='))) {
    lines.push(`python_version = ${pythonVersion}`);
  }
  const refused = [...own.refused];
  // mypy leaves a whole file alone in which a section or an option stands twice.
  const sections = new Map<string, MypyOptions>();
  for (const module of modules) {
    refused.push(...taken(module.options).refused);
    for (const pattern of module.patterns.filter((each) => WORD.test(each))) {
      sections.set(pattern, { ...sections.get(pattern), ...module.options });
    }
  }
  for (const [pattern, section] of sections) lines.push(`[mypy-${pattern}]`, ...taken(section).lines);
  const path = searchFolders(options['mypy_path']);
  return {
    ini: `${lines.join('\n')}\n`,
    folders: path.folders,
    refused: [...new Set([...refused, ...path.refused])],
  };
}

/** The value of a switch of the project's settings, as mypy reads it; undefined if it is not set. */
export function switchOf(options: MypyOptions, name: string): boolean | undefined {
  const value = options[name];
  return typeof value === 'string' && TRUTH.test(value) ? /^(true|yes|on|1)$/i.test(value) : undefined;
}

function taken(options: MypyOptions): { lines: string[]; refused: string[] } {
  const lines: string[] = [];
  const refused: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    const text = valueOf(name, value);
    if (text !== undefined) lines.push(`${name} = ${text}`);
    else if (!OURS.test(name)) refused.push(WORD.test(name) ? name : 'an option with an odd name');
  }
  return { lines, refused };
}

/** What is written for an option; undefined if it is not one of those that are taken. */
function valueOf(name: string, value: string | string[]): string | undefined {
  if (LISTS.has(name)) {
    const words = wordsOf(value, /[\s,]+/);
    return words.every((word) => WORD.test(word)) ? words.join(', ') : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (isSwitch(name)) return TRUTH.test(text) ? text : undefined;
  return CHOICES[name]?.test(text) === true ? text : undefined;
}

/** mypy takes the opposite names too. */
function isSwitch(name: string): boolean {
  if (SWITCHES.has(name)) return true;
  return name.startsWith('no_') ? SWITCHES.has(name.slice(3)) : SWITCHES.has(`dis${name}`);
}

function searchFolders(value: string | string[] | undefined): { folders: string[]; refused: string[] } {
  const folders: string[] = [];
  const refused: string[] = [];
  for (const word of wordsOf(value ?? [], /[\n,:]+/)) {
    const folder = insideProject(word);
    if (folder === undefined) refused.push('mypy_path out of the project');
    else if (folder !== '.') folders.push(folder);
  }
  return { folders, refused };
}

function wordsOf(value: string | string[], separator: RegExp): string[] {
  const parts = typeof value === 'string' ? [value] : value;
  return parts.flatMap((part) => part.split(separator)).flatMap((word) => word.trim() || []);
}
