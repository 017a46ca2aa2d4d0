import { isEditableKind } from '../path-rules.js';

const PYTHON = /\.py[iw]?$/i;
const EXTENSION_MODULE = /\.(?:so|pyd)$/i;
/** The file that makes a folder a virtual environment. */
export const ENVIRONMENT = /(?:^|\/)pyvenv\.cfg$/i;
const VERSION_FILE = /(?:^|\/)\.python-version$/;

/** Folders that hold what tools made or brought along. */
const TOOLS = new Set([
  '.eggs',
  '.git',
  '.hg',
  '.ids',
  '.ipynb_checkpoints',
  '.mypy_cache',
  '.nox',
  '.pytest_cache',
  '.ruff_cache',
  '.svn',
  '.tox',
  '__pycache__',
  'node_modules',
]);

/** What of a project is compared. */
export interface Scope {
  /** Below the top of the repository, with `/` at its end; empty if it is the top itself. */
  readonly prefix: string;
  /** Whether data files are compared too: only tests read them. */
  readonly everything: boolean;
  /** The largest file that is compared unless it is Python. */
  readonly maxFileBytes: number;
}

export function isPythonName(name: string): boolean {
  return PYTHON.test(name);
}

export function isExtensionModule(name: string): boolean {
  return EXTENSION_MODULE.test(name);
}

/** Whether a file can matter to a verdict. What says of a folder that it is a virtual environment is no source. */
export function matters(name: string, { everything }: Scope): boolean {
  if (ENVIRONMENT.test(name)) return false;
  return everything || isEditableKind(name) || isExtensionModule(name) || VERSION_FILE.test(name);
}

/** Whether a file lies in a folder that belongs to a tool. */
export function belongsToTool(name: string): boolean {
  return name.split('/').some((part) => TOOLS.has(part));
}
