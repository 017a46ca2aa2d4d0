import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StagedFiles } from '../../python.service.js';

const MODULE = /^([A-Za-z_]\w*)(?:\.pyi?)?$/;
const MOST = 2_000;

/**
 * The project's own top modules, for a ruff that cannot look at its folders: what lies in the folders that ruff
 * takes sources from. Names of the standard library are not among them, since ruff would believe us.
 */
export async function firstPartyModules(
  root: string,
  src: readonly string[],
  staged: StagedFiles | undefined,
  standard: readonly string[],
): Promise<string[]> {
  const names = new Set<string>();
  for (const folder of src) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isDirectory() || entry.name.endsWith('.py')) add(names, entry.name);
    }
    const prefix = folder === '' ? '' : `${folder}/`;
    for (const path of Object.keys(staged?.added ?? {})) {
      if (path.startsWith(prefix)) add(names, path.slice(prefix.length).split('/')[0] ?? '');
    }
  }
  for (const name of standard) names.delete(name);
  return [...names].sort().slice(0, MOST);
}

function add(names: Set<string>, entry: string): void {
  const name = MODULE.exec(entry)?.[1];
  if (name !== undefined) names.add(name);
}
