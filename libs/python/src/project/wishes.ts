import type { Version } from './versions.js';
import { parseNamedVersion, parseSpecifier, type Requirement } from './versions.js';
import { readIni, readToml, type Tables } from './settings-files.js';

/** What a project asks of its Python, and where. */
export interface Wish {
  readonly requirement: Requirement;
  /** As it is written. */
  readonly text: string;
  readonly source: string;
}

/** Reads a text file of the project by its relative path; undefined if there is none or it is too large. */
export type ReadText = (path: string) => Promise<string | undefined>;

/** The files that `wishOf` and the project's entry points are read from. */
export const SETTINGS_FILES = ['.python-version', 'pyproject.toml', 'setup.cfg'] as const;

/** The first of `.python-version`, `pyproject.toml` and `setup.cfg` that names a Python. */
export async function wishOfFiles(read: ReadText): Promise<Wish | undefined> {
  return (
    ofPythonVersion((await read('.python-version')) ?? '') ??
    ofPyproject(readToml((await read('pyproject.toml')) ?? '')) ??
    specifierOf(readIni((await read('setup.cfg')) ?? ''), 'options', 'python_requires', 'setup.cfg')
  );
}

/** The first line that names a version of CPython: others name PyPy, the system's Python or an environment. */
function ofPythonVersion(text: string): Wish | undefined {
  for (const line of text.split(/\r?\n/)) {
    const name = line.replace(/#.*/, '').trim();
    const requirement = parseNamedVersion(name);
    if (requirement !== undefined) return { requirement, text: name, source: '.python-version' };
  }
  return undefined;
}

function ofPyproject(tables: Tables): Wish | undefined {
  return (
    specifierOf(tables, 'project', 'requires-python', 'pyproject.toml') ??
    specifierOf(tables, 'tool.poetry.dependencies', 'python', 'pyproject.toml')
  );
}

function specifierOf(tables: Tables, table: string, key: string, file: string): Wish | undefined {
  const text = tables.get(table)?.get(key)?.trim();
  const requirement = text === undefined || text === '' ? undefined : parseSpecifier(text);
  if (text === undefined || requirement === undefined) return undefined;
  return { requirement, text, source: `${key} in ${file}` };
}

/** The version that a wish names, if it names one. */
export function versionNamed({ requirement }: Wish): Version | undefined {
  return requirement.kind === 'version' ? requirement.version : undefined;
}
