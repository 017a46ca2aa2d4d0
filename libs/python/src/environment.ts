import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join, sep } from 'node:path';
import { readEnvironment } from '@ids/config';

const USUAL_PATH = ['/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);

/** A variable of this process; undefined also where the settings cannot be read, which is told elsewhere. */
export function variable(name: 'PATH' | 'HOME' | 'PYENV_ROOT'): string | undefined {
  try {
    return readEnvironment()[name];
  } catch {
    return undefined;
  }
}

/** The folders of PATH in which a project's tools are looked for: npm's own are not among them. */
export function searchPath(): string[] {
  const path = variable('PATH') ?? USUAL_PATH;
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !folder.endsWith(join(sep, 'node_modules', '.bin')));
}

/** All a child process gets of our environment: no key of ours, no PYTHON… variable, no proxy. */
export function childEnvironment(): Record<string, string> {
  return {
    PATH: searchPath().join(delimiter),
    // Python finds the user's site-packages by it.
    HOME: variable('HOME') ?? tmpdir(),
    LANG: 'C.UTF-8',
    TMPDIR: tmpdir(),
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

/** Every executable file of one of these names on PATH, in PATH's order. */
export async function executables(...names: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of searchPath()) {
    for (const name of names) {
      const file = join(folder, name);
      if (await isExecutable(file)) found.push(file);
    }
  }
  return found;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
