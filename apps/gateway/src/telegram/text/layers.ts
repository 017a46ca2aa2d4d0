import type { LayerResult } from '@ids/contracts';
import { own, prose, type Part } from './rich-text.js';
import { counted, LAYER_MARKS, shortened } from './words.js';

const MAX_NOTE = 120;

/** A layer with its mark, which tool judged, and what it found or why it did not run. */
export function layerLine(result: LayerResult): Part[] {
  return lineOf(result, result.layer);
}

/** All layers, those that were left out for the same reason on one line. */
export function layerLines(results: readonly LayerResult[]): Part[] {
  const reasons = new Set<string | undefined>();
  return results.flatMap((result) => {
    if (result.status !== 'skipped') return layerLine(result);
    if (reasons.has(result.reason)) return [];
    reasons.add(result.reason);
    const alike = results.filter(({ status, reason }) => status === 'skipped' && reason === result.reason);
    return lineOf(result, alike.map(({ layer }) => layer).join(', '));
  });
}

function lineOf(result: LayerResult, layers: string): Part[] {
  const { status, tool, reason } = result;
  const said = [...foundBy(result), ...(reason === undefined ? [] : [shortened(reason, MAX_NOTE)])];
  return [
    own(`${LAYER_MARKS[status]} ${layers}`),
    ...(tool === undefined || status === 'skipped'
      ? []
      : [own(' ('), prose(shortened(tool, MAX_NOTE)), own(')')]),
    ...(said.length === 0 ? [] : [own(': '), prose(said.join(', '))]),
    own('\n'),
  ];
}

function foundBy({ status, findings }: LayerResult): string[] {
  const { length } = findings;
  if (status === 'failed') return [length === 0 ? 'failed' : counted(length, 'error')];
  if (status === 'warnings') return [counted(length, 'warning')];
  return [];
}
