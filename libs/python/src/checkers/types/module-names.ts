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
  const start = first === '*' ? '.*' : literal(first);
  const tail = rest.map((part) => (part === '*' ? '(\\..*)?' : `\\.${literal(part)}`)).join('');
  return new RegExp(`^${start}${tail}$`).test(name);
}

function literal(text: string): string {
  return text.replaceAll(/[^\w]/g, String.raw`\$&`);
}
