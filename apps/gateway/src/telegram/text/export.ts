import { isVote, type Opinion, type Round, type Session } from '@ids/contracts';
import { codeCell, codeSpan, escaped, fenced, quoted, table } from './markdown.js';
import { markOf, minute, standOf } from './sessions.js';
import { ROLE_WORDS, score } from './words.js';

/** A session as one document of Markdown, for people who were not there. */
export function exportMarkdown(session: Session, diff: string | null): string {
  return [
    head(session),
    ...session.rounds.map(roundPart),
    decisionPart(session),
    changesPart(session),
    validationPart(session),
    diff === null ? '' : `## Diff\n\n${fenced(diff, 'diff')}`,
    errorPart(session),
    undoPart(session),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function head(session: Session): string {
  const { id, task, project, kind, usage, model, requestedBy, createdAt, updatedAt, attempts } = session;
  const facts: [string, string][] = [
    ['Session', codeCell(id)],
    ['Project', codeCell(project)],
    ['Kind', kind],
    ['Status', `${markOf(session)} ${standOf(session)} (${session.status})`],
    ['Asked by', codeCell(requestedBy)],
    ['From', `${minute(createdAt)} UTC`],
    ['To', `${minute(updatedAt)} UTC`],
    ['Model', escaped(model)],
    [
      'Tokens',
      `${usage.totalTokens} in ${usage.calls} calls (${usage.promptTokens} prompt, ${usage.completionTokens} completion)`,
    ],
    ['Attempts of the coder', String(attempts)],
  ];
  return `# IDS session\n\n${quoted(task)}\n${table(['', ''], facts)}`;
}

function roundPart({ number, opinions, synthesis, merged, decision, reasoning }: Round): string {
  const { avgConfidence, maxRisk, avgOutcome, stdConfidence, stdOutcome } = merged;
  const votes = table(
    ['Agent', 'Confidence', 'Risk', 'Outcome'],
    [...opinions, synthesis].map((opinion) => [nameOf(opinion), ...votesOf(opinion)]),
  );
  return [
    `## Round ${number}: ${decision.replace('_', ' ')}\n`,
    votes,
    `Merged: mean confidence ${score(avgConfidence)} (deviation ${stdConfidence.toFixed(1)}), highest risk ${score(maxRisk)}, mean outcome ${score(avgOutcome)} (deviation ${stdOutcome.toFixed(1)}).\n`,
    quoted(reasoning),
    ...[...opinions, synthesis].map(opinionPart),
  ].join('\n');
}

function nameOf({ role, name }: Opinion): string {
  return `${escaped(name)} (${ROLE_WORDS[role]})`;
}

function votesOf(opinion: Opinion): string[] {
  if (!isVote(opinion)) return ['no vote', '', ''];
  return [opinion.confidence, opinion.risk, opinion.outcome].map(score);
}

function opinionPart(opinion: Opinion): string {
  const title = `### ${nameOf(opinion)}\n`;
  if (!isVote(opinion)) {
    const { code, message } = opinion.error;
    return `${title}\nNo vote: ${escaped(message)} (${codeSpan(code)})\n`;
  }
  return [title, quoted(opinion.approach), concerns(opinion.concerns)].join('\n');
}

function concerns(all: readonly string[]): string {
  return all.length === 0 ? '' : `Concerns:\n\n${all.map((each) => `- ${escaped(each)}\n`).join('')}`;
}

function decisionPart({ decision }: Session): string {
  if (decision === undefined) return '';
  const title = decision.kind === 'answer' ? 'Answer' : 'Decision';
  return [
    `## ${title} of round ${decision.round}\n`,
    quoted(decision.approach),
    concerns(decision.concerns),
  ].join('\n');
}

function changesPart({ changes }: Session): string {
  if (changes.length === 0) return '';
  const rows = changes.map(({ path, operation, from, added, removed }) => [
    from === undefined ? codeCell(path) : `${codeCell(from)} to ${codeCell(path)}`,
    operation,
    `+${added}`,
    `-${removed}`,
  ]);
  return `## Changes\n\n${table(['File', 'Operation', 'Added', 'Removed'], rows)}`;
}

function validationPart({ validation }: Session): string {
  if (validation.length === 0) return '';
  const layers = validation.map(({ layer, status, tool, reason, findings }) =>
    [
      `### ${layer}: ${status}\n`,
      ...(tool === undefined ? [] : [`Judged by ${escaped(tool)}.\n`]),
      ...(reason === undefined ? [] : [`${escaped(reason)}\n`]),
      findings
        .map(
          ({ path, line, column, code, severity, message }) =>
            `- ${severity} ${codeSpan(`${path}:${line}:${column}`)} ${codeSpan(code)} ${escaped(message)}\n`,
        )
        .join(''),
    ].join('\n'),
  );
  return ['## Validation\n', ...layers].join('\n');
}

function errorPart({ error }: Session): string {
  if (error === undefined) return '';
  return `## Error\n\nIn ${error.stage}: ${escaped(error.message)} (${codeSpan(error.code)})\n`;
}

function undoPart({ id, status, changes }: Session): string {
  if (status !== 'applied' || changes.length === 0) return '';
  const undo = codeSpan(`/rollback ${id}`);
  const client = codeSpan(`ids rollback ${id}`);
  return `## To undo it\n\nThe backups are in ${codeSpan(`.ids/backups/${id}`)} of the project. ${undo} in the chat, or ${client} on the command line, brings every file back to what it was.\n`;
}
