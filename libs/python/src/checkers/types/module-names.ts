/** The names a file may be imported by, from the project's folder or one of its other roots. */
export function moduleNames(path: string, roots: readonly string[]): string[] {
  const names: string[] = [];
  for (const root of ['', ...roots]) {
    if (root !== '' && !path.startsWith(`${root}/`)) continue;
    const inner = root === '' ? path : path.slice(root.length + 1);
    names.push(
      inner
        .replace(/\.pyi?$/, '')
        .replace(/(^|\/)__init__$/, '')
        .replaceAll('/', '.'),
    );
  }
  return names.filter((name) => name !== '');
}

/** Whether a pattern of a section of mypy's settings means a module: `a.b`, `a.*`, `*.tests`. */
export function matchesModule(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('.');
  const parts = name.split('.');
  // How many parts of the name can be matched so far: no pattern of a repository may take longer than both are long.
  let ends = first === '*' ? lengthsFrom(1, parts) : parts[0] === first ? [1] : [];
  for (const part of rest) {
    ends = part === '*' ? lengthsFrom(ends[0] ?? Infinity, parts) : ends.flatMap(after(part, parts));
  }
  return ends.includes(parts.length);
}

/** A star stands for any parts, or none. */
function lengthsFrom(least: number, parts: readonly string[]): number[] {
  return Array.from({ length: Math.max(0, parts.length + 1 - least) }, (_, index) => least + index);
}

function after(part: string, parts: readonly string[]): (end: number) => number[] {
  return (end) => (parts[end] === part ? [end + 1] : []);
}
