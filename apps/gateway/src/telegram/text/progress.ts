import {
  isVote,
  type AgentRole,
  type LayerResult,
  type Opinion,
  type Round,
  type SessionStatus,
  type StoredEvent,
} from '@ids/contracts';
import { code, own, prose, type Part } from './rich-text.js';
import { duration, LAYER_MARKS, ROLE_WORDS, score, STAGE_WORDS } from './words.js';

/** What the events of a session have told so far, as far as its living message shows it. */
export interface Progress {
  readonly task: string;
  readonly project: string;
  readonly startedAt: string;
  readonly at: string;
  readonly status: SessionStatus;
  readonly round: number;
  readonly roles: readonly AgentRole[];
  readonly opinions: readonly Opinion[];
  /** Rounds that came to their end. */
  readonly decided: readonly Round[];
  readonly attempt: number;
  readonly layers: readonly LayerResult[];
}

const MAX_TASK = 300;
const MAX_NOTE = 200;

export function begun({ at, event }: StoredEvent): Progress {
  const { task, project } = event.type === 'session.created' ? event : { task: '', project: '' };
  return {
    task,
    project,
    startedAt: at,
    at,
    status: 'queued',
    round: 0,
    roles: [],
    opinions: [],
    decided: [],
    attempt: 0,
    layers: [],
  };
}

/** The progress once one more event is known. */
export function after(progress: Progress, { at, event }: StoredEvent): Progress {
  const next = { ...progress, at };
  switch (event.type) {
    case 'status':
      return { ...next, status: event.status };
    case 'round.started':
      return { ...next, round: event.round, roles: event.roles, opinions: [] };
    case 'opinion':
      return event.round === progress.round
        ? { ...next, opinions: [...progress.opinions, event.opinion] }
        : next;
    case 'round.decided':
      return { ...next, decided: [...progress.decided, event.round] };
    case 'generated':
      return { ...next, attempt: event.attempt, layers: [] };
    case 'layer':
      return { ...next, layers: [...progress.layers, event.result] };
    default:
      return next;
  }
}

/** The living message of a session. `tokens` is what its model has used so far. */
export function progressText(progress: Progress, session: string, tokens: number): Part[] {
  const { task, project, status, startedAt, at } = progress;
  const spent = duration(Date.parse(at) - Date.parse(startedAt));
  return [
    own('⏳ '),
    prose(shortened(task, MAX_TASK)),
    own(`\n${capitalized(STAGE_WORDS[status])}.\n`, 'bold'),
    ...progress.decided.flatMap(decidedParts),
    ...roundParts(progress),
    ...layerParts(progress),
    own('\nProject '),
    code(project),
    own(`, ${spent}, ${tokens.toLocaleString('en')} tokens\n`),
    code(session),
  ];
}

function decidedParts(round: Round): Part[] {
  const { avgConfidence, maxRisk } = round.merged;
  const words = { consensus: 'agreed', continue: 'goes on', dead_end: 'came to a dead end' };
  return [
    own(
      `\nRound ${round.number} ${words[round.decision]}: confidence ${score(avgConfidence)}, risk at most ${score(maxRisk)}\n`,
    ),
  ];
}

/** The votes of the round that runs, as they arrive; those of earlier rounds are summed up above. */
function roundParts({ round, roles, opinions, decided }: Progress): Part[] {
  if (round === 0 || decided.some(({ number }) => number === round)) return [];
  const waiting = roles.filter((role) => !opinions.some((opinion) => opinion.role === role));
  return [
    own(`\nRound ${round}`, 'bold'),
    own(' (confidence, risk, outcome)\n'),
    ...opinions.map(voteLine),
    ...waiting.map((role) => own(`▫️ ${ROLE_WORDS[role]}\n`)),
  ];
}

function voteLine(opinion: Opinion): Part {
  const who = ROLE_WORDS[opinion.role];
  if (!isVote(opinion)) return own(`✖️ ${who}: no vote\n`);
  const { confidence, risk, outcome } = opinion;
  return own(`▪️ ${who}: ${score(confidence)}, ${score(risk)}, ${score(outcome)}\n`);
}

function layerParts({ attempt, layers }: Progress): Part[] {
  if (layers.length === 0) return [];
  return [
    own('\nChecks', 'bold'),
    own(attempt > 1 ? `, attempt ${attempt}\n` : '\n'),
    ...layers.flatMap((layer) => layerLine(layer)),
  ];
}

/** A layer with its mark, what it found and which tool judged. */
export function layerLine({ layer, status, findings, tool, reason }: LayerResult): Part[] {
  const found = findings.length === 0 ? '' : `, ${findings.length}`;
  const note = status === 'skipped' ? reason : tool;
  return [
    own(`${LAYER_MARKS[status]} ${layer}${status === 'passed' ? '' : ` ${status}`}${found}`),
    ...(note === undefined ? [] : [own(': '), prose(shortened(note, MAX_NOTE))]),
    own('\n'),
  ];
}

export function shortened(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
