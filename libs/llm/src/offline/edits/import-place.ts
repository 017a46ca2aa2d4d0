import { docstringOf } from '../python/definitions.js';
import { lineAfter, type PythonSource, type Statement } from '../python/source.js';
import { isStandardModule } from './standard-modules.js';

/** The statements of a file up to its code: docstring, `__future__`, imports, also guarded ones. */
export interface Head {
  readonly docstring: Statement | undefined;
  readonly future: readonly Statement[];
  /** Plain imports at the top, the `__future__` ones left out. */
  readonly imports: readonly Statement[];
  /** The line after all of it. */
  readonly end: number;
}

export function headOf({ statements }: PythonSource): Head {
  const docstring = docstringOf(statements);
  const future: Statement[] = [];
  const imports: Statement[] = [];
  let end = docstring === undefined ? 0 : lineAfter(docstring);
  for (const [index, statement] of statements.entries()) {
    if (statement === docstring) continue;
    if (/^from\s+__future__\b/.test(statement.code)) future.push(statement);
    else if (isImport(statement)) imports.push(statement);
    else if (!isGuard(statement, statements[index - 1])) break;
    end = lineAfter(statement);
  }
  return { docstring, future, imports, end };
}

function isImport({ keyword }: Statement): boolean {
  return keyword === 'import' || keyword === 'from';
}

/** `if TYPE_CHECKING:` or a `try` around imports, with its handlers. */
function isGuard(statement: Statement, before: Statement | undefined): boolean {
  const { keyword, code, body } = statement;
  if (keyword === 'if') return /\bTYPE_CHECKING\b|\bsys\.version_info\b/.test(code);
  if (keyword === 'try') return body.every((inner) => isImport(inner));
  if (!/^(else|elif|except|finally)$/.test(keyword)) return false;
  return before !== undefined && /^(if|elif|try|except|else)$/.test(before.keyword);
}

/** The line before which an import of a standard module belongs, and whether it stands as a group of its own. */
export function importPlace(
  source: PythonSource,
  head: Head,
  module: string,
): { line: number; blankBefore: boolean; blankAfter: boolean } {
  const [first] = head.imports;
  if (first === undefined) return placeWithoutImports(source, head);
  const group = firstGroup(source, head.imports);
  if (!group.every((statement) => isStandardModule(moduleOf(statement)))) {
    if (group.every((statement) => !isStandardModule(moduleOf(statement)))) {
      return { line: first.line, blankBefore: false, blankAfter: true };
    }
  }
  return { line: lineInGroup(group, module), blankBefore: false, blankAfter: false };
}

/** Plain imports come before `from` imports, each sorted; a group that is sorted by module alone stays so. */
function lineInGroup(group: readonly Statement[], module: string): number {
  const mixed = group.findIndex(({ keyword }) => keyword === 'from');
  const byModule = mixed !== -1 && group.slice(mixed).some(({ keyword }) => keyword === 'import');
  const after = group.find((statement) => {
    if (!isStandardModule(moduleOf(statement))) return true;
    if (byModule) return moduleOf(statement) > module;
    return statement.keyword === 'from' || moduleOf(statement) > module;
  });
  return after?.line ?? (group.at(-1)?.endLine ?? 0) + 1;
}

/** The imports that stand together at the top, with no blank line between. */
function firstGroup({ lines }: PythonSource, imports: readonly Statement[]): Statement[] {
  const group: Statement[] = [];
  for (const statement of imports) {
    const before = group.at(-1);
    const between = before === undefined ? [] : lines.slice(before.endLine + 1, statement.line);
    if (between.some((line) => !line.trim().startsWith('#'))) break;
    group.push(statement);
  }
  return group;
}

export function moduleOf({ code }: Statement): string {
  return /^(?:import|from)\s+([\w.]+)/u.exec(code)?.[1] ?? '';
}

/** After the docstring and `__future__`, else after the comments that open the file. */
function placeWithoutImports(source: PythonSource, head: Head): ReturnType<typeof importPlace> {
  const last = head.future.at(-1) ?? head.docstring;
  if (last !== undefined) return { line: last.endLine + 1, blankBefore: true, blankAfter: false };
  const line = headerEnd(source);
  return { line, blankBefore: line > 0, blankAfter: false };
}

/** The line after the comments that open a file; those that touch its first statement belong to that, unless they are of a header's kind. */
export function headerEnd({ lines, statements }: PythonSource): number {
  const first = statements[0]?.line ?? 0;
  let line = 0;
  while (line < first && lines[line]?.startsWith('#') === true) line += 1;
  const isHeader = lines[line]?.trim() === '' || /^#!|coding[:=]|copyright|license/i.test(lines[0] ?? '');
  return isHeader ? line : 0;
}
