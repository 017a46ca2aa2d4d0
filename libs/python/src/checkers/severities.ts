import type { Finding, SeveritySetting } from '@ids/contracts';
import type { Judgement, LocatedFinding } from '../findings.js';
import { means } from './lint/selectors.js';

/** A project's own severities, by code or the beginning of one. */
export type Severities = Readonly<Record<string, SeveritySetting>>;

/**
 * What the project says of a code: the longest of its keys that means the code decides. A key means the code itself,
 * and codes that go on after it with a digit or a hyphen (`E5`: `E501`, not `ERA001`; `name`: `name-defined`).
 */
export function severityOf(severities: Severities | undefined, code: string): SeveritySetting | undefined {
  const keys = Object.keys(severities ?? {}).filter((key) => means(key, code));
  const [longest] = keys.sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : severities?.[longest];
}

function underOne(finding: Finding, severities: Severities | undefined): Finding | undefined {
  const wanted = severityOf(severities, finding.code);
  if (wanted === 'ignore') return undefined;
  return wanted === undefined ? finding : { ...finding, severity: wanted };
}

/** Of the findings after a change, before the old ones among them are counted: what is ignored is neither. */
export function locatedUnder(
  located: readonly LocatedFinding[],
  severities: Severities | undefined,
): LocatedFinding[] {
  return located.flatMap((each) => {
    const finding = underOne(each.finding, severities);
    return finding === undefined ? [] : [{ ...each, finding }];
  });
}

/** The findings of an optional layer under the project's severities; what is ignored is dropped. */
export function withSeverities(judgement: Judgement, severities: Severities | undefined): Judgement {
  const findings = judgement.findings.flatMap((finding) => underOne(finding, severities) ?? []);
  return { ...judgement, findings };
}

/**
 * The findings of a layer that is always required (syntax, imports): a severity can make them stricter. What would
 * loosen one is not followed, and said in the note.
 */
export function withStricterSeverities<T extends Pick<Judgement, 'findings' | 'note'>>(
  judgement: T,
  severities: Severities | undefined,
): T {
  const refused = new Set<string>();
  const findings = judgement.findings.map((finding): Finding => {
    const wanted = severityOf(severities, finding.code) ?? finding.severity;
    if (wanted === finding.severity) return finding;
    if (wanted === 'error') return { ...finding, severity: 'error' };
    refused.add(finding.code);
    return finding;
  });
  if (refused.size === 0) return { ...judgement, findings };
  const codes = [...refused].join(', ');
  const note = `a required layer cannot be loosened; the project's severity was not followed for ${codes}`;
  return { ...judgement, findings, note: judgement.note === undefined ? note : `${judgement.note}; ${note}` };
}
