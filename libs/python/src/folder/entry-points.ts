import type { FolderAnalysis } from '@ids/contracts';
import { readIni, readToml } from '../project/settings-files.js';
import type { ReadText } from '../project/wishes.js';
import { folderOf, type ModuleIndex } from './module-index.js';

export type EntryPoint = FolderAnalysis['entryPoints'][number];

/** A script that a project's settings declare, by the name of its module. */
export interface DeclaredScript {
  readonly name: string;
  readonly module: string;
}

/** The scripts of `pyproject.toml` and `setup.cfg`. */
export async function declaredScripts(read: ReadText): Promise<DeclaredScript[]> {
  const toml = readToml((await read('pyproject.toml')) ?? '');
  const ini = readIni((await read('setup.cfg')) ?? '');
  const declared = ['project.scripts', 'project.gui-scripts', 'tool.poetry.scripts'].flatMap((table) => [
    ...(toml.get(table) ?? []),
  ]);
  const lines = ['console_scripts', 'gui_scripts'].flatMap((key) =>
    (ini.get('options.entry_points')?.get(key) ?? '').split('\n').map((line) => line.split('=')),
  );
  const all = [...declared, ...lines.map(([name = '', target = '']): [string, string] => [name, target])];
  return all.flatMap(([name, target]) => {
    const module = /^([\w.]+)\s*(?::|$)/.exec(target.trim())?.[1];
    return module === undefined || name.trim() === '' ? [] : [{ name: name.trim(), module }];
  });
}

/** Scripts first, then packages that can be run, then modules that run something as `__main__`. */
export function entryPoints(
  files: readonly { readonly path: string; readonly entryPoint: boolean }[],
  scripts: readonly DeclaredScript[],
  index: ModuleIndex,
): EntryPoint[] {
  const found: EntryPoint[] = [];
  for (const { name, module } of scripts) {
    const path = index.absolute(module, '');
    if (path !== undefined) found.push({ path, kind: 'script', name });
  }
  for (const { path } of files) {
    if (isPackage(path)) found.push({ path, kind: 'package', name: runName(path, index) });
  }
  for (const { path, entryPoint } of files) {
    if (entryPoint && !isPackage(path)) found.push({ path, kind: 'main', name: path });
  }
  return found;
}

function isPackage(path: string): boolean {
  return /(?:^|\/)__main__\.py$/.test(path);
}

/** A folder at the very top has no name to be run by but its path. */
function runName(path: string, index: ModuleIndex): string {
  const folder = folderOf(path);
  if (folder === '') return 'python .';
  return `python -m ${index.nameOf(folder)}`;
}
