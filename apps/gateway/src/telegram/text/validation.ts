import type { Finding, ValidateAnswer } from '@ids/contracts';
import { layerLines } from './layers.js';
import { findingLines } from './lists.js';
import { code, own, type Part } from './rich-text.js';

/** More findings than a message shows. */
const SHOWN = 8;

/** The verdict of the layers over files as they stand; all findings go with it as a document where they are many. */
export function validationLetter(
  project: string,
  { passed, layers }: ValidateAnswer,
): { parts: Part[]; document?: { name: string; content: string } } {
  const findings = layers.flatMap((layer) => layer.findings);
  const warned = layers.some(({ status }) => status === 'warnings');
  const verdict = passed ? (warned ? '⚠️ Passed, with warnings' : '✅ Passed') : '❌ Not passed';
  const parts = [
    own(verdict, 'bold'),
    own(' in '),
    code(project),
    own('\n\n'),
    ...layerLines(layers),
    ...(findings.length === 0 ? [] : [own('\n')]),
    ...findingLines(findings),
  ];
  if (findings.length <= SHOWN) return { parts };
  return { parts, document: { name: 'findings.txt', content: findings.map(findingText).join('') } };
}

function findingText({ path, line, column, code: kind, severity, message }: Finding): string {
  return `${path}:${line}:${column}: ${severity} ${kind} ${message.replaceAll(/\s+/g, ' ')}\n`;
}
