import { performance } from 'node:perf_hooks';
import type { Finding, Layer, LayerResult, LayerSwitch } from '@ids/contracts';
import type { Judgement, NoJudgement } from '@ids/python';

/** What a layer found, before it is known how long it took. */
export type Outcome = Omit<LayerResult, 'layer' | 'milliseconds'>;

/** The status follows from the findings: an error fails, a warning warns. */
export function judged(judgement: Omit<Judgement, 'existing'> & { readonly existing?: number }): Outcome {
  const { findings, existing, tool, note } = judgement;
  const status = findings.some(({ severity }) => severity === 'error')
    ? 'failed'
    : findings.length > 0
      ? 'warnings'
      : 'passed';
  return {
    status,
    findings,
    tool,
    ...(existing === undefined ? {} : { existing }),
    ...(note === undefined ? {} : { reason: note }),
  };
}

/** A tool that gave no judgement: skipped with its reason, or failed where the project requires the layer. */
export function unavailable(layer: Layer, wanted: LayerSwitch, reason: string): Outcome {
  if (wanted !== 'required') return { status: 'skipped', findings: [], reason };
  const message = `The layer ${layer} is required but could not run: ${reason}`;
  const finding: Finding = {
    path: '.',
    line: 0,
    column: 0,
    code: 'checker-missing',
    severity: 'error',
    message,
  };
  return { status: 'failed', findings: [finding], reason };
}

export function outcomeOf(layer: Layer, wanted: LayerSwitch, answer: Judgement | NoJudgement): Outcome {
  return 'unavailable' in answer ? unavailable(layer, wanted, answer.unavailable) : judged(answer);
}

export function skipped(reason: string): Outcome {
  return { status: 'skipped', findings: [], reason };
}

export async function timed(layer: Layer, run: () => Promise<Outcome>): Promise<LayerResult> {
  const start = performance.now();
  const outcome = await run();
  return { layer, ...outcome, milliseconds: Math.round(performance.now() - start) };
}
