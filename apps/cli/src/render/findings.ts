import type { Finding, LayerResult, ValidateAnswer } from '@ids/contracts';
import { renderLayer } from './layers.js';
import type { Style } from './style.js';
import { cleanLine, wrap } from './text.js';

const SHOWN_IN_FILE = 30;
const SHOWN_FILES = 40;
/** As a finding's path this means the project as a whole. */
const WHOLE = '.';

/** How a verdict is shown: `strict` counts warnings as failures. */
export interface VerdictOptions {
  readonly strict: boolean;
}

/** A validation for people: what was judged, the findings file by file, the layers, and the verdict. */
export function renderValidation(
  answer: ValidateAnswer,
  style: Style,
  options: VerdictOptions = { strict: false },
): string[] {
  const findings = renderFindings(answer.layers, style);
  const judged = renderComparison(answer, style);
  const start = judged.length > 0 ? [...judged, ''] : [];
  const gap = findings.length > 0 ? [''] : [];
  return [
    ...start,
    ...findings,
    ...gap,
    ...renderLayerLines(answer, style),
    renderVerdict(answer, style, options),
  ];
}

/** The same without the findings. */
export function renderSummary(answer: ValidateAnswer, style: Style, options: VerdictOptions): string[] {
  return [
    ...renderComparison(answer, style),
    ...renderLayerLines(answer, style),
    renderVerdict(answer, style, options),
  ];
}

function renderLayerLines({ layers }: ValidateAnswer, style: Style): string[] {
  return layers.flatMap((result) => renderLayer({ ...result, findings: [] }, style));
}

/** The findings of all layers, file by file in the order of their paths, each with the layer's mark. */
export function renderFindings(layers: readonly LayerResult[], style: Style): string[] {
  const files = new Map<string, Finding[]>();
  for (const finding of layers.flatMap((layer) => layer.findings)) {
    const known = files.get(finding.path);
    if (known === undefined) files.set(finding.path, [finding]);
    else known.push(finding);
  }
  const all = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const more = all.length - SHOWN_FILES;
  return [
    ...all.slice(0, SHOWN_FILES).flatMap(([path, findings]) => renderFile(path, findings, style)),
    ...(more > 0 ? [`and ${plural(more, 'file')} more; --json has all`] : []),
  ];
}

function renderFile(path: string, findings: readonly Finding[], style: Style): string[] {
  const name = path === WHOLE ? 'The project as a whole' : cleanLine(path);
  const shown = findings
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, SHOWN_IN_FILE)
    .flatMap((finding) => renderFinding(finding, style));
  const more = findings.length - SHOWN_IN_FILE;
  return [
    ...wrap(`${name}: ${counted(findings)}`, style.width).map((line) => style.colors.bold(line)),
    ...shown,
    ...(more > 0 ? [`    and ${more} more; --json has all`] : []),
  ];
}

function renderFinding({ line, column, code, severity, message }: Finding, style: Style): string[] {
  const { red, yellow } = style.colors;
  const mark = severity === 'error' ? red('✗') : yellow('!');
  const place = line === 0 ? '' : `${[line, ...(column === 0 ? [] : [column])].join(':')} `;
  const [first = '', ...rest] = wrap(cleanLine(`${place}${code} ${message}`), style.width, '    ');
  return [`  ${mark} ${first.trimStart()}`, ...rest];
}

function renderComparison({ comparison }: ValidateAnswer, style: Style): string[] {
  if (comparison === undefined) return [];
  const { against, commit, files } = comparison;
  const side = against === 'staged' ? 'What is staged' : 'The working tree';
  const head = commit === null ? 'a HEAD without a commit' : `HEAD (${cleanLine(commit).slice(0, 10)})`;
  const words = { create: 'new', modify: 'modified', delete: 'deleted', rename: 'renamed' } as const;
  const counts = Object.entries(words).flatMap(([operation, word]) => {
    const count = files.filter((file) => file.operation === operation).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const what = counts.length === 0 ? 'no file that matters' : counts.join(', ');
  return wrap(`${side} against ${head}: ${what}`, style.width);
}

function renderVerdict({ passed, layers }: ValidateAnswer, style: Style, { strict }: VerdictOptions): string {
  const findings = layers.flatMap((layer) => layer.findings);
  const warned = layers.some(({ status }) => status === 'warnings');
  const failed = !passed || (strict && warned);
  const existing = sum(layers.map((layer) => layer.existing ?? 0));
  const milliseconds = sum(layers.map((layer) => layer.milliseconds ?? 0));
  const word = failed ? style.colors.red('failed') : style.colors.green('passed');
  const notes = [
    ...(findings.length > 0 ? [`${counted(findings)} in ${plural(filesOf(findings), 'file')}`] : []),
    ...(failed && passed ? ['--strict takes no warning'] : []),
    ...(existing > 0 ? [`${plural(existing, 'older finding')} not counted`] : []),
    ...(milliseconds > 0 ? [seconds(milliseconds)] : []),
  ];
  return `Validation ${word}${notes.length > 0 ? `: ${notes.join('; ')}` : ''}`;
}

/** `2 errors, 1 warning`. */
export function counted(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  return [
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ].join(', ');
}

function filesOf(findings: readonly Finding[]): number {
  return new Set(findings.map(({ path }) => path)).size;
}

function seconds(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
