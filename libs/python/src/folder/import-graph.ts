import type { ImportEdge } from '@ids/contracts';
import type { ImportFact } from '../analyses/forms.js';
import { folderOf, type ModuleIndex } from './module-index.js';

/** A file and what it imports. */
export interface Importer {
  readonly path: string;
  readonly imports: readonly ImportFact[];
}

/**
 * Which files import which, each pair once, where it is first imported. What happens on loading goes before what
 * happens late. The packages on the way to a module are left out: they would make a circle of nearly every package.
 */
export function importEdges(files: readonly Importer[], index: ModuleIndex): ImportEdge[] {
  const edges: ImportEdge[] = [];
  for (const { path, imports } of files) {
    const found = new Map<string, ImportEdge>();
    for (const fact of imports) {
      const when = fact.late ? 'late' : 'load';
      for (const to of targetsOf(path, fact, index)) {
        const known = found.get(to);
        if (to === path || known?.when === 'load' || (known !== undefined && when === 'late')) continue;
        found.set(to, { from: path, to, line: fact.line, when });
      }
    }
    edges.push(...[...found.values()].sort((a, b) => a.line - b.line));
  }
  return edges;
}

function* targetsOf(path: string, fact: ImportFact, index: ModuleIndex): Generator<string> {
  const { module, names } = fact;
  const folder = packageOf(path, fact.level);
  if (folder === undefined) return;
  const find = (name: string): string | undefined =>
    fact.level === 0 ? index.absolute(name, path) : index.below(folder, name);
  if (names === null) {
    const to = find(module);
    if (to !== undefined) yield to;
    return;
  }
  let rest = names.length === 0;
  for (const name of names) {
    const submodule = name === '*' ? undefined : find(module === '' ? name : `${module}.${name}`);
    if (submodule === undefined) rest = true;
    else yield submodule;
  }
  const itself = rest ? find(module) : undefined;
  if (itself !== undefined) yield itself;
}

/** The folder that a relative import starts from; undefined where its dots lead out of the project. */
function packageOf(path: string, level: number): string | undefined {
  let folder = folderOf(path);
  for (let above = 1; above < level; above++) {
    if (folder === '') return undefined;
    folder = folderOf(folder);
  }
  return folder;
}
