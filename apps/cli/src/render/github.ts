import type { Finding, LayerResult, ValidateAnswer } from '@ids/contracts';
import { renderSummary, type VerdictOptions } from './findings.js';
import { PLAIN } from './style.js';
import { clean, cleanLine } from './text.js';

const WHOLE = '.';

/**
 * A validation as annotations of GitHub Actions, one workflow command a line, then the layers and the verdict as
 * plain lines. `prefix` is put before each path: where the project lies in the repository.
 *
 * The runner takes a line for a command if it begins with `::` behind any spaces, or holds `##[` anywhere. So what
 * a repository says is escaped within a command as the runner undoes it, and made harmless elsewhere.
 */
export function renderGithub(answer: ValidateAnswer, prefix: string, options: VerdictOptions): string[] {
  return [
    ...answer.layers.flatMap((result) => [
      ...result.findings.map((finding) => annotation(finding, result, prefix)),
      ...skippedNotice(result),
    ]),
    ...renderSummary(answer, PLAIN, options).map(harmless),
  ];
}

function annotation(finding: Finding, { layer }: LayerResult, prefix: string): string {
  const { path, line, column, code, severity, message } = finding;
  const whole = path === WHOLE;
  return command(
    severity,
    {
      ...(whole ? {} : { file: prefix === '' ? path : `${prefix}/${path}` }),
      ...(whole || line === 0 ? {} : { line: String(line) }),
      ...(whole || line === 0 || column === 0 ? {} : { col: String(column) }),
      title: `IDS ${layer}: ${code}`,
    },
    message,
  );
}

/** A layer that is on and did not judge; one that is off is no news. */
function skippedNotice({ layer, status, reason = '' }: LayerResult): string[] {
  if (status !== 'skipped' || reason === 'not enabled') return [];
  return [command('notice', { title: `IDS ${layer}: skipped` }, reason)];
}

function command(name: string, properties: Readonly<Record<string, string>>, message: string): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${name} ${pairs.join(',')}::${escapeData(clean(message))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(clean(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function harmless(line: string): string {
  const text = cleanLine(line).replaceAll('##[', '## [');
  return text.startsWith('::') ? `. ${text}` : text;
}
