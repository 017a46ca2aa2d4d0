import {
  isEnd,
  isVote,
  type AgentRole,
  type LayerResult,
  type Opinion,
  type Round,
  type Session,
  type SessionStatus,
  type StoredEvent,
} from '@ids/contracts';
import { layerLines } from './layers.js';
import { code, own, prose, type Part } from './rich-text.js';
import {
  capitalized,
  duration,
  FAILED_MARK,
  ROLE_WORDS,
  score,
  shortened,
  STAGE_WORDS,
  STATUS_MARKS,
  tokens,
} from './words.js';

/** What the events of a session have told so far, as far as its living message shows it. */
export interface Progress {
  readonly status: SessionStatus;
  /** The event that led to this status; undefined before the first. */
  readonly statusEvent: string | undefined;
  /** The latest event that shows; undefined before the first. */
  readonly shownEvent: string | undefined;
  /** Milliseconds since 1970, as the latest event. */
  readonly at: number;
  readonly startedAt: number;
  /** Whether it is rolled back because it failed, and not because somebody wants it. */
  readonly failed: boolean;
  readonly round: number;
  readonly roles: readonly AgentRole[];
  readonly opinions: readonly Opinion[];
  /** Rounds that came to their end. */
  readonly decided: readonly Round[];
  readonly attempt: number;
  readonly layers: readonly LayerResult[];
}

const MAX_TASK = 200;
const MAX_ROUNDS = 5;

/** Before any event is known. */
export function begun({ createdAt }: Pick<Session, 'createdAt'>): Progress {
  const startedAt = Date.parse(createdAt);
  return {
    status: 'queued',
    statusEvent: undefined,
    shownEvent: undefined,
    at: startedAt,
    startedAt,
    failed: false,
    round: 0,
    roles: [],
    opinions: [],
    decided: [],
    attempt: 0,
    layers: [],
  };
}

/** The progress once one more event is known. */
export function after(progress: Progress, stored: StoredEvent): Progress {
  const at = Date.parse(stored.at);
  const change = changeBy(progress, stored);
  if (change === undefined) return { ...progress, at };
  return { ...progress, at, shownEvent: stored.id, ...change };
}

/** Undefined for what the living message does not show. */
function changeBy(progress: Progress, { id, at, event }: StoredEvent): Partial<Progress> | undefined {
  switch (event.type) {
    case 'session.created':
      return { startedAt: Date.parse(at), shownEvent: undefined };
    case 'status':
      // What failed before it was applied is past; so is an undo that was refused.
      return {
        status: event.status,
        statusEvent: id,
        failed: progress.failed && event.from !== 'applied',
      };
    case 'round.started':
      return { round: event.round, roles: event.roles, opinions: [] };
    case 'opinion':
      return event.round === progress.round ? { opinions: [...progress.opinions, event.opinion] } : undefined;
    case 'round.decided':
      return { decided: [...progress.decided, event.round] };
    case 'generated':
      return { attempt: event.attempt, layers: [] };
    case 'layer':
      return { layers: [...progress.layers, event.result] };
    case 'error':
      return { failed: true };
    default:
      return undefined;
  }
}

/** The living message of a session, at a time in milliseconds since 1970. */
export function progressText(
  progress: Progress,
  session: Pick<Session, 'id' | 'kind' | 'task' | 'project' | 'usage'>,
  now: number,
): Part[] {
  const { kind, task } = session;
  return [
    own(kind === 'ask' ? 'Question: ' : 'Task: '),
    prose(shortened(task, MAX_TASK)),
    own('\n'),
    own(standing(progress), 'bold'),
    own('\n'),
    ...roundsParts(progress),
    ...layerParts(progress),
    ...footParts(progress, session, now),
  ];
}

function standing({ status, failed }: Progress): string {
  if (status === 'rolled_back' && failed) return `${FAILED_MARK} Not done.`;
  return `${STATUS_MARKS[status]} ${capitalized(STAGE_WORDS[status])}.`;
}

function roundsParts(progress: Progress): Part[] {
  const decided = progress.decided.slice(-MAX_ROUNDS);
  const open = roundParts(progress);
  return decided.length + open.length === 0 ? [] : [own('\n'), ...decided.map(decidedPart), ...open];
}

function decidedPart({ number, decision, merged }: Round): Part {
  const words = { consensus: 'agreed', continue: 'goes on', dead_end: 'is stuck' };
  const { avgConfidence, maxRisk } = merged;
  return own(
    `Round ${number} ${words[decision]}: confidence ${score(avgConfidence)} %, risk ${score(maxRisk)} %\n`,
  );
}

/** The votes of the round that runs, as they arrive, each agent on its own line; earlier rounds are summed up. */
function roundParts({ round, roles, opinions, decided }: Progress): Part[] {
  if (round === 0 || decided.some(({ number }) => number === round)) return [];
  const late = opinions.filter(({ role }) => !roles.includes(role));
  return [
    own(`Round ${round}`, 'bold'),
    own(': confidence, risk, outcome\n'),
    ...roles.map((role) =>
      voteLine(
        role,
        opinions.find((opinion) => opinion.role === role),
      ),
    ),
    ...late.map((opinion) => voteLine(opinion.role, opinion)),
  ];
}

function voteLine(role: AgentRole, opinion: Opinion | undefined): Part {
  const who = ROLE_WORDS[role];
  if (opinion === undefined) return own(`▫️ ${who}\n`);
  if (!isVote(opinion)) return own(`✖️ ${who}: no vote\n`);
  const { confidence, risk, outcome } = opinion;
  return own(`▪️ ${who}: ${score(confidence)}, ${score(risk)}, ${score(outcome)}\n`);
}

function layerParts({ attempt, layers }: Progress): Part[] {
  if (layers.length === 0) return [];
  return [own('\nChecks', 'bold'), own(attempt > 1 ? `, attempt ${attempt}\n` : '\n'), ...layerLines(layers)];
}

function footParts(
  progress: Progress,
  { id, project, usage }: Pick<Session, 'id' | 'project' | 'usage'>,
  now: number,
): Part[] {
  const spent = spentMs(progress, now);
  return [
    own('\nProject '),
    code(project),
    own(spent >= 1_000 ? `, ${duration(spent)}` : ''),
    own(usage.totalTokens > 0 ? `, ${tokens(usage.totalTokens)}` : ''),
    own('\n'),
    code(id),
  ];
}

/** Goes on while the session works by itself, in steps: each is an edit, and a chat bears only so many. */
function spentMs({ status, startedAt, at }: Progress, now: number): number {
  return Math.max(0, at - startedAt) + (worksAlone(status) ? stepped(now - at) : 0);
}

/** Whether neither its end is there nor a person is waited for. */
export function worksAlone(status: SessionStatus): boolean {
  return !isEnd(status) && status !== 'awaiting_approval' && status !== 'awaiting_guidance';
}

const STEPS: readonly { readonly belowMs: number; readonly stepMs: number }[] = [
  { belowMs: 120_000, stepMs: 15_000 },
  { belowMs: 900_000, stepMs: 60_000 },
  { belowMs: Infinity, stepMs: 300_000 },
];

/** The longer nothing happens, the larger are the steps of the time that is shown. */
function stepped(quietMs: number): number {
  const quiet = Math.max(0, quietMs);
  const stepMs = STEPS.find(({ belowMs }) => quiet < belowMs)?.stepMs ?? quiet;
  return Math.floor(quiet / stepMs) * stepMs;
}
