import type { SessionEvent, SessionStatus } from '@ids/contracts';
import { renderChanges } from './changes.js';
import { renderLayer } from './layers.js';
import { opinionRow, roundEnd, roundTitle } from './round.js';
import type { Style } from './style.js';
import { cleanLine, wrap } from './text.js';

const STATUS_WORDS: Record<SessionStatus, string> = {
  queued: 'Queued',
  deliberating: 'The parliament deliberates',
  awaiting_guidance: 'Waits for guidance',
  generating: 'The coder writes',
  validating: 'Validation on a staged copy',
  awaiting_approval: 'Waits for approval',
  applying: 'Backups, then the change is written',
  rolling_back: 'Rolling back',
  applied: 'Applied',
  answered: 'Answered',
  rolled_back: 'Rolled back',
  cancelled: 'Cancelled',
  rollback_failed: 'The rollback failed',
};

/** A status as people read it. */
export function statusWords(status: SessionStatus): string {
  return STATUS_WORDS[status];
}

function statusColor(status: SessionStatus, { colors }: Style): (text: string) => string {
  if (status === 'applied' || status === 'answered') return colors.green;
  if (status === 'rollback_failed') return colors.red;
  return status.startsWith('awaiting') ? colors.yellow : colors.cyan;
}

/** A status with its mark. */
export function statusLine(status: SessionStatus, style: Style): string {
  return statusColor(status, style)(`● ${STATUS_WORDS[status]}`);
}

/** What one event of a session adds to the live progress. */
export function renderEvent(event: SessionEvent, style: Style): string[] {
  const { colors, width } = style;
  switch (event.type) {
    case 'session.created':
      return wrap(`Task for ${cleanLine(event.project)}: ${cleanLine(event.task)}`, width);
    case 'status':
      return [statusLine(event.status, style)];
    case 'round.started':
      return roundTitle(event.round, style);
    case 'opinion':
      return [opinionRow(event.opinion, style)];
    case 'round.decided':
      return roundEnd(event.round, style);
    case 'decision':
      return wrap(cleanLine(event.decision.approach), width, '    ');
    case 'generated':
      return [`  Attempt ${event.attempt}`, ...renderChanges(event.changes, style)];
    case 'layer':
      return renderLayer(event.result, style);
    case 'pending':
      return wrap(cleanLine(event.pending.reason), width, '    ').map((line) => colors.yellow(line));
    case 'guidance':
      return wrap(`Guidance: ${cleanLine(event.text)}`, width, '  ');
    case 'decided':
      return [`  Decided by ${cleanLine(event.by)}: ${event.action}`];
    case 'applied':
      return renderChanges(event.changes, style);
    case 'error':
      return renderError(event.error, style);
    // A note; a new kind of event without a text does not compile here.
    default:
      return wrap(cleanLine(event.text), width, '  ').map((line) => colors.dim(line));
  }
}

/** Where and why a session failed. */
export function renderError(error: { stage: string; code: string; message: string }, style: Style): string[] {
  const text = `${error.stage}: ${cleanLine(error.message)} (${cleanLine(error.code)})`;
  return wrap(text, style.width, '  ').map((line) => style.colors.red(line));
}
