import { createHash } from 'node:crypto';
import type { Finding, Layer, LayerResult, ValidateAnswer } from '@ids/contracts';
import type { Location, Log, Notification, ReportingDescriptor, Result, Run } from 'sarif';
import { clean } from './text.js';

export interface SarifPlace {
  readonly project: string;
  /** Put before each path: where the project's folder lies in the root that paths are relative to; empty or `a/b`. */
  readonly prefix: string;
}

type Found = Finding & { readonly layer: Layer };

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const FINGERPRINT = 'idsFinding/v1';
const WHOLE = '.';

/** A validation as SARIF 2.1.0: one run, a rule for each code, paths relative to `SRCROOT`. */
export function sarifOf(answer: ValidateAnswer, place: SarifPlace): Log {
  const found = answer.layers.flatMap(({ layer, findings }) =>
    findings.map((finding): Found => ({ ...finding, layer })),
  );
  const rules = rulesOf(found);
  const run: Run = {
    tool: { driver: { name: 'IDS', rules } },
    automationDetails: { id: `ids/validate/${place.project}/` },
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: answer.layers.flatMap(notificationsOf),
      },
    ],
    originalUriBaseIds: { SRCROOT: { description: { text: 'the folder that all paths are relative to' } } },
    columnKind: 'unicodeCodePoints',
    results: resultsOf(found, rules, place),
    properties: {
      layers: answer.layers.map(({ layer, status, tool }) => ({
        layer,
        status,
        ...(tool === undefined ? {} : { tool }),
      })),
    },
  };
  return { $schema: SCHEMA, version: '2.1.0', runs: [run] };
}

function rulesOf(found: readonly Found[]): ReportingDescriptor[] {
  const rules = new Map<string, ReportingDescriptor>();
  for (const { code, layer, severity } of found) {
    const id = ruleId(code);
    if (rules.has(id)) continue;
    const shortDescription = { text: `${id}, a finding of the layer ${layer}` };
    const properties = { tags: [layer] };
    rules.set(id, { id, shortDescription, defaultConfiguration: { level: severity }, properties });
  }
  return [...rules.values()];
}

function resultsOf(
  found: readonly Found[],
  rules: readonly ReportingDescriptor[],
  place: SarifPlace,
): Result[] {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const seen = new Map<string, number>();
  return found.map((finding): Result => {
    const id = ruleId(finding.code);
    const hash = fingerprint(finding);
    const occurrence = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, occurrence);
    return {
      ruleId: id,
      ruleIndex: indexes.get(id) ?? -1,
      level: finding.severity,
      message: { text: textOf(finding.message) || id },
      ...(finding.path === WHOLE ? {} : { locations: [locationOf(finding, place)] }),
      partialFingerprints: { [FINGERPRINT]: `${hash}:${occurrence}` },
      properties: { layer: finding.layer },
    };
  });
}

function locationOf({ path, line, column }: Finding, { prefix }: SarifPlace): Location {
  const artifactLocation = { uri: uriOf(prefix === '' ? path : `${prefix}/${path}`), uriBaseId: 'SRCROOT' };
  if (line === 0) return { physicalLocation: { artifactLocation } };
  const region = { startLine: line, ...(column === 0 ? {} : { startColumn: column }) };
  return { physicalLocation: { artifactLocation, region } };
}

/** A layer that did not judge, and why. */
function notificationsOf({ layer, status, reason = 'no reason was given' }: LayerResult): Notification[] {
  if (status !== 'skipped') return [];
  const level = reason === 'not enabled' ? 'note' : 'warning';
  const text = `The layer ${layer} was skipped: ${textOf(reason)}`;
  return [{ level, message: { text }, descriptor: { id: 'layer-skipped' }, properties: { layer } }];
}

/** Where it stands does not count, so that a finding stays the same when lines are put before it. */
function fingerprint({ code, path, message }: Finding): string {
  return createHash('sha256').update([code, path, message].join('\0')).digest('hex');
}

/** A relative URI; a name is data, whatever it holds. */
function uriOf(path: string): string {
  return wellFormed(path).split('/').map(encodeURIComponent).join('/');
}

function ruleId(code: string): string {
  return textOf(code).replaceAll(/\s/g, '-') || 'finding';
}

function textOf(text: string): string {
  return wellFormed(clean(text)).trim();
}

/** Half a surrogate pair can be neither written as UTF-8 nor encoded. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, '\ufffd');
}
