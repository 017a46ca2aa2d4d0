import type { Finding, LayerResult } from '@ids/contracts';
import type { Style } from './style.js';
import { cleanLine, padEnd, wrap } from './text.js';

const SHOWN_FINDINGS = 20;

const MARKS = {
  passed: ({ colors }: Style) => colors.green('✓'),
  failed: ({ colors }: Style) => colors.red('✗'),
  warnings: ({ colors }: Style) => colors.yellow('!'),
  skipped: ({ colors }: Style) => colors.dim('–'),
} as const satisfies Record<LayerResult['status'], (style: Style) => string>;

function findingLine(finding: Finding): string {
  const { path, line, column, code, message } = finding;
  return cleanLine(`${path}:${line}:${column} ${code} ${message}`);
}

function milliseconds({ milliseconds }: LayerResult): string | undefined {
  return milliseconds === undefined ? undefined : `${Math.round(milliseconds)} ms`;
}

/** One validation layer with its mark, its tool and what it found. */
export function renderLayer(result: LayerResult, style: Style): string[] {
  const notes = [
    result.tool,
    result.status === 'skipped' ? undefined : milliseconds(result),
    result.existing
      ? `${result.existing} older finding${result.existing === 1 ? '' : 's'} not counted`
      : undefined,
    result.reason,
  ].filter((note) => note !== undefined);
  const head = `${MARKS[result.status](style)} ${padEnd(result.layer, 8)} ${padEnd(result.status, 8)}`;
  const note = style.colors.dim(cleanLine(notes.join(', ')));
  const shown = result.findings.slice(0, SHOWN_FINDINGS);
  const more = result.findings.length - shown.length;
  return [
    `  ${head} ${note}`.trimEnd(),
    ...shown.flatMap((finding) => wrap(findingLine(finding), style.width, '      ')),
    ...(more > 0 ? [`      and ${more} more`] : []),
  ];
}

export function renderLayers(results: readonly LayerResult[], style: Style): string[] {
  return results.flatMap((result) => renderLayer(result, style));
}
