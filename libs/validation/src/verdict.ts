import type { Finding, Layer, LayerResult } from '@ids/contracts';

export interface Verdict {
  readonly kind: 'passed' | 'warnings' | 'failed';
  readonly failed: Layer[];
  readonly findings: Finding[];
}

/** The layers' results in one: any failed layer fails, else any warning asks the person. */
export function verdictOf(results: readonly LayerResult[]): Verdict {
  const failed = results.filter(({ status }) => status === 'failed').map(({ layer }) => layer);
  const warned = results.some(({ status }) => status === 'warnings');
  return {
    kind: failed.length > 0 ? 'failed' : warned ? 'warnings' : 'passed',
    failed,
    findings: results.flatMap(({ findings }) => findings),
  };
}
