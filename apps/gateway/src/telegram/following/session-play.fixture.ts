import type { Change, LayerResult, Round, Session } from '@ids/contracts';
import type { SessionId } from '@ids/kernel';
import {
  applyMove,
  closeRound,
  generated,
  newRecord,
  openRound,
  stepJob,
  validated,
  type Move,
} from '@ids/saga';
import { ProjectStore, SessionStore, type Redis, type SessionRecord } from '@ids/store';
import type { Outgoing } from '../delivery/outgoing.js';

const HOUR_MS = 3_600_000;
const CHOSEN = {
  project: 'fleet',
  kind: 'code',
  approval: 'warnings',
  maxRounds: 3,
  requestedBy: 'telegram:7',
  model: 'model of the spec',
} as const;
const merged = { avgConfidence: 88, maxRisk: 24, avgOutcome: 89, stdConfidence: 2, stdOutcome: 1 };
const vote = { confidence: 88, risk: 16, outcome: 90, approach: 'One logger.', concerns: [] };
const LINT: LayerResult = {
  layer: 'lint',
  status: 'warnings',
  findings: [
    { path: 'a.py', line: 3, column: 1, code: 'F401', severity: 'warning', message: 'os is unused' },
  ],
};
export const CHANGES: readonly Change[] = [
  { path: 'a.py', operation: 'modify', added: 2, removed: 1, backup: null },
];

/** Plays the part of the workers with their real moves, and runs no stage. */
export class SessionPlay {
  readonly store: SessionStore;

  private constructor(redis: Redis) {
    this.store = new SessionStore(redis, { retentionMs: HOUR_MS });
  }

  /** In an empty Redis. */
  static async open(redis: Redis): Promise<SessionPlay> {
    await new ProjectStore(redis).create({ name: CHOSEN.project, path: '/fleet' }, '/fleet');
    return new SessionPlay(redis);
  }

  /** A session that nobody has worked on. */
  async create(task = 'Add logging'): Promise<Session> {
    const record = newRecord({ ...CHOSEN, files: [], task }, Date.now(), HOUR_MS);
    const { id } = record.session;
    const event = { type: 'session.created', task, project: CHOSEN.project } as const;
    await this.store.create(record, event, stepJob('round', id, 1));
    return record.session;
  }

  async move(id: SessionId, decide: (record: SessionRecord) => Move): Promise<void> {
    const record = await this.store.read(id);
    if (record === null) throw new Error(`there is no ${id}`);
    const moved = applyMove(record, decide(record), Date.now(), HOUR_MS);
    const outcome = await this.store.transition(
      record.session.status,
      moved.record,
      moved.events,
      moved.jobs,
    );
    if (outcome !== 'done') throw new Error(`the transition was ${outcome}`);
  }

  async deliberate(id: SessionId): Promise<void> {
    await this.move(id, openRound);
  }

  async decide(id: SessionId, decision: Round['decision']): Promise<void> {
    const round: Round = {
      number: 1,
      opinions: [],
      synthesis: { role: 'generalist', name: 'G', ...vote },
      merged,
      decision,
      reasoning: 'Confidence fell.',
    };
    await this.move(id, (record) => closeRound(record, round, ['One wants a cache', 'One does not']));
  }

  /** Writes this diff, and asks the person about a warning. */
  async ask(id: SessionId, attempt: number, diff: string): Promise<void> {
    await this.store.keepArtifact(id, `diff:${attempt}`, diff);
    await this.move(id, (record) => generated(record, attempt, CHANGES));
    await this.move(id, (record) =>
      validated(record, [LINT], { kind: 'warnings', failed: [], error: undefined }),
    );
  }

  /** From nothing to the question about a warning. */
  async untilAsked(id: SessionId, diff: string): Promise<void> {
    await this.deliberate(id);
    await this.decide(id, 'consensus');
    await this.ask(id, 1, diff);
  }
}

/** The texts of what was put, with the kind of each, as a person reads them: the first line and the second. */
export function headsOf(sent: readonly Outgoing[]): string[] {
  return sent.map((each) => {
    if (each.kind === 'unbutton') return each.kind;
    const text = each.kind === 'document' ? each.caption.text : each.text;
    const [first = '', second = ''] = text.replaceAll('\u2060', '').split('\n');
    return `${each.kind}: ${each.kind === 'living' ? second : first}`;
  });
}
