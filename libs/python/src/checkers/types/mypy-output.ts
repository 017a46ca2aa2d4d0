import type { Finding } from '@ids/contracts';

const LINE = /^(.+?):(\d+):(?:(\d+):)? (error|note): (.*?)(?: {2}\[([\w-]+)\])?$/;
/** What mypy cannot find is judged by the import layer. */
const IMPORT_CODES = new Set(['import', 'import-not-found', 'import-untyped']);
/** Notes that say nothing of the code. */
const ADVICE = /^(See https?:|Hint: "python3? -m pip install|\(or run "mypy --install-types"|Error code )/;
const LONGEST = 1_000;

export interface MypyOutput {
  /** In the order they were printed, columns in bytes. */
  readonly findings: readonly Finding[];
  /** The first file that mypy could not parse. */
  readonly unreadable: Finding | undefined;
  /** How many errors were printed, of other files and of the left out codes too. */
  readonly errors: number;
}

/** Reads what mypy printed of the files of a tree; a note belongs to the error before it on the same line. */
export function readMypyOutput(output: string, tree: string): MypyOutput {
  const findings: Finding[] = [];
  let errors = 0;
  for (const text of output.split('\n')) {
    const [, file = '', row = '', column = '1', kind, message = '', code = 'misc'] = LINE.exec(text) ?? [];
    if (kind === 'error') errors += 1;
    if (!file.startsWith(`${tree}/`)) continue;
    const path = file.slice(tree.length + 1);
    const line = Number(row);
    if (kind === 'note') appendNote(findings, path, line, message);
    else findings.push({ path, line, column: Number(column), code, severity: 'error', message });
  }
  return {
    findings: findings.filter(({ code }) => !IMPORT_CODES.has(code)),
    unreadable: findings.find(({ code }) => code === 'syntax'),
    errors,
  };
}

function appendNote(findings: Finding[], path: string, line: number, note: string): void {
  const last = findings.at(-1);
  const text = note.trim();
  if (last?.path !== path || last.line !== line || ADVICE.test(text)) return;
  last.message = `${last.message}; ${text}`.slice(0, LONGEST);
}

/** mypy counts in UTF-8 bytes. */
export function columnOfBytes(line: string, column: number): number {
  const before = Buffer.from(line).subarray(0, column - 1);
  return Array.from(before.toString()).length + 1;
}
