import type { FileAnalysis } from '@ids/contracts';
import { cleanLine } from '../text.js';

type Import = FileAnalysis['imports'][number];

/** Imports as a file would write them; plain ones of a kind together, others each by themselves. */
export function importTexts(imports: readonly Import[]): string[] {
  const plain = new Map<string, string[]>();
  const texts: string[] = [];
  for (const each of imports) {
    const mark = markOf(each);
    if (each.names === null) {
      const names = plain.get(mark);
      const name = aliased(each.module, each.alias);
      if (names === undefined) plain.set(mark, [name]);
      else names.push(name);
    } else {
      const names = each.names.map(({ name, alias }) => aliased(name, alias)).join(', ');
      texts.push(`from ${'.'.repeat(each.level)}${each.module} import ${names}${mark}`);
    }
  }
  return [...[...plain].map(([mark, names]) => `import ${names.join(', ')}${mark}`), ...texts].map(cleanLine);
}

function aliased(name: string, alias: string | null): string {
  return alias === null ? name : `${name} as ${alias}`;
}

/** When it is not simply run with the module. */
function markOf({ typeChecking, inTry, local }: Import): string {
  const marks = [
    ...(typeChecking ? ['type checking'] : []),
    ...(inTry ? ['in try'] : []),
    ...(local ? ['in a function'] : []),
  ];
  return marks.length === 0 ? '' : `  (${marks.join(', ')})`;
}
