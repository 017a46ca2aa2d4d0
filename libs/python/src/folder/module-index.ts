const INITIAL = /(?:^|\/)__init__\.pyw?$/;
const FILE = /^(.*?)(?:\/__init__)?\.pyw?$/;

/** The modules of a folder's files, and what their imports lead to, by paths alone. */
export class ModuleIndex {
  /** By root, the file of each dotted name. */
  private readonly byRoot = new Map<string, ReadonlyMap<string, string>>();
  private readonly known: ReadonlySet<string>;
  private readonly packages: ReadonlySet<string>;

  /**
   * `roots` are folders that absolute names are looked for in, relative to the project, in this order; `outer` are
   * packages around the folder, whose own files are not among the paths.
   */
  constructor(
    private readonly paths: readonly string[],
    private readonly roots: readonly string[],
    outer: readonly string[] = [],
  ) {
    this.known = new Set(paths);
    const initial = paths.filter((path) => INITIAL.test(path)).map(folderOf);
    this.packages = new Set([...initial, ...outer]);
  }

  /**
   * The file that an absolute name leads to from a file: by the roots, then by the folder that holds the
   * outermost package of that file.
   */
  absolute(name: string, from: string): string | undefined {
    for (const root of this.roots) {
      const found = this.modulesOf(root).get(name);
      if (found !== undefined) return found;
    }
    const own = this.rootOf(from);
    return this.roots.includes(own) ? undefined : this.modulesOf(own).get(name);
  }

  /** The file of a module below a folder, by its dotted name there; the folder's own for an empty one. */
  below(folder: string, name: string): string | undefined {
    const parts = name === '' ? [] : name.split('.');
    const base = [...(folder === '' ? [] : [folder]), ...parts].join('/');
    const candidates = [base === '' ? '__init__.py' : `${base}/__init__.py`, `${base}.py`, `${base}.pyw`];
    return candidates.find((path) => this.known.has(path));
  }

  /** The dotted name of a folder: from its outermost package, else from the nearest root above it. */
  nameOf(folder: string): string {
    const own = this.packages.has(folder) ? [this.rootOf(`${folder}/`)] : [];
    const above = [...this.roots].filter((root) => root !== folder).sort((a, b) => b.length - a.length);
    const names = [...own, ...above].map((root) => dottedName(`${folder}.py`, root));
    return names.find((name) => name !== undefined) ?? folder;
  }

  /** The folder above all packages that a file lies in. */
  private rootOf(path: string): string {
    let folder = folderOf(path);
    while (folder !== '' && this.packages.has(folder)) folder = folderOf(folder);
    return folder;
  }

  private modulesOf(root: string): ReadonlyMap<string, string> {
    const known = this.byRoot.get(root);
    if (known !== undefined) return known;
    const modules = new Map<string, string>();
    for (const path of this.paths) {
      const name = dottedName(path, root);
      if (name === undefined) continue;
      // A package goes before a module of the same name.
      if (!modules.has(name) || INITIAL.test(path)) modules.set(name, path);
    }
    this.byRoot.set(root, modules);
    return modules;
  }
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** `a/b.py` is `a.b`, `a/__init__.py` is `a`; undefined outside of the root. */
function dottedName(path: string, root: string): string | undefined {
  if (root !== '' && !path.startsWith(`${root}/`)) return undefined;
  const inside = root === '' ? path : path.slice(root.length + 1);
  const name = FILE.exec(inside)?.[1];
  return name === undefined || name === '__init__' ? undefined : name.replaceAll('/', '.');
}
