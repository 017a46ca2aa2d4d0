import type { Layer } from '@ids/contracts';
import { FATAL } from './lint/selectors.js';

export interface CodeRule {
  readonly layer: Layer;
  /** A code of ours; of other tools the beginning of codes, or `*` for all that are not named. */
  readonly code: string;
  /** `either`: the message says which, for the same code. */
  readonly counts: 'error' | 'warning' | 'either';
  /** Whether a project's severity can make it looser, stricter, or nothing. */
  readonly setting: 'any' | 'stricter' | 'none';
}

const rules = (
  layer: Layer,
  setting: CodeRule['setting'],
  codes: Readonly<Record<string, CodeRule['counts']>>,
): CodeRule[] => Object.entries(codes).map(([code, counts]) => ({ layer, code, counts, setting }));

/** What a finding counts as where the project says nothing: an error fails its layer, a warning asks the person. */
export const CODE_RULES: readonly CodeRule[] = [
  ...rules('syntax', 'none', { 'syntax-error': 'error', 'python-limit': 'error', 'python-failed': 'error' }),
  ...rules('imports', 'stricter', {
    'unresolved-import': 'error',
    'missing-name': 'error',
    'missing-attribute': 'error',
    'import-cycle': 'either',
    'not-installed': 'warning',
    'shadows-stdlib': 'warning',
  }),
  ...rules('types', 'any', { '*': 'either' }),
  ...rules('lint', 'any', {
    ...Object.fromEntries(FATAL.map((code) => [code, 'error' as const])),
    '*': 'warning',
  }),
  ...rules('tests', 'none', {
    'test-failed': 'error',
    'tests-failed': 'error',
    'tests-broken': 'error',
    'tests-crashed': 'error',
    'tests-timeout': 'error',
    'test-flaky': 'warning',
  }),
];
