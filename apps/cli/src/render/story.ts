import type { Session } from '@ids/contracts';
import { renderChanges } from './changes.js';
import { renderLayers } from './layers.js';
import { renderError, statusLine } from './progress.js';
import { renderRound } from './round.js';
import type { Style } from './style.js';
import { clean, cleanLine, wrap } from './text.js';

/** A session from its task to its end, as `ids status` shows it. */
export function renderStory(session: Session, style: Style): string[] {
  const { colors, width } = style;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', colors.bold(title), ...lines];
  const { usage } = session;
  return [
    `${colors.bold(session.id)} on ${cleanLine(session.project)}`,
    ...wrap(cleanLine(session.task), width, '  '),
    statusLine(session.status, style),
    ...section(
      'Parliament',
      session.rounds.flatMap((round) => renderRound(round, style)),
    ),
    ...section('Decision', decision(session, style)),
    ...section('Changes', renderChanges(session.changes, style)),
    ...section('Validation', renderLayers(session.validation, style)),
    ...section('Error', session.error === undefined ? [] : renderError(session.error, style)),
    ...section('Next', nextSteps(session)),
    '',
    ...wrap(
      `Model: ${cleanLine(session.model)}. ${usage.calls} calls, ${usage.totalTokens} tokens.`,
      width,
    ).map(colors.dim),
  ];
}

function decision(session: Session, style: Style): string[] {
  if (session.decision === undefined) return [];
  const { approach, concerns } = session.decision;
  return [
    ...wrap(clean(approach), style.width, '  '),
    ...concerns.flatMap((concern) => wrap(`- ${cleanLine(concern)}`, style.width, '  ')),
  ];
}

/** The commands that can follow, with what a person is asked for. */
export function nextSteps(session: Session): string[] {
  const { id, pending } = session;
  if (pending?.kind === 'approval') {
    const commands = { proceed: `ids approve ${id}`, fix: `ids fix ${id}`, cancel: `ids cancel ${id}` };
    return [cleanLine(pending.reason), ...pending.actions.map((action) => commands[action])].map(indent);
  }
  if (pending?.kind === 'guidance') {
    const reasons = [pending.reason, ...pending.disagreements.map((each) => `- ${each}`)];
    return [...reasons.map(cleanLine), `ids guide "what matters to you" ${id}`, `ids cancel ${id}`].map(
      indent,
    );
  }
  if (session.status === 'applied') return [`Undo: ids rollback ${id}`].map(indent);
  return [];
}

const indent = (text: string): string => `  ${text}`;

/** The outcome of a session that was followed: what its progress has not said. */
export function renderOutcome(session: Session, style: Style): string[] {
  if (session.status === 'answered') return decision(session, style);
  return [`${session.id} ${session.status}`, ...renderChanges(session.changes, style)];
}
