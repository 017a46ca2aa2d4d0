import {
  isEnd,
  storedEventSchema,
  type JobRequest,
  type ListSessionsQuery,
  type Opinion,
  type Session,
  type SessionEvent,
  type SessionStatus,
  type Specialist,
  type StoredEvent,
} from '@ids/contracts';
import { IdsError, isoTime, isSessionId, type SessionId } from '@ids/kernel';
import { CHANGED_CHANNEL, keys } from './keys.js';
import { recordSchema, type SessionRecord } from './record.js';
import { loadScript, type Redis } from './redis.js';
import { listSessions, pruneIndexes } from './session-indexes.js';

const scripts = {
  create: loadScript('create-session'),
  transition: loadScript('transition'),
  recordOpinion: loadScript('record-opinion'),
  appendEvent: loadScript('append-event'),
};

const IDEMPOTENCY_SECONDS = 24 * 3_600;

export interface Idempotency {
  readonly client: string;
  readonly key: string;
  readonly bodyHash: string;
}

export type CreateOutcome = { readonly kind: 'created' | 'known'; readonly sessionId: string };
export type WriteOutcome = 'done' | 'conflict' | 'missing';
export type OpinionOutcome = 'waiting' | 'complete' | 'stale' | 'missing';

/** The field of `artifacts` that holds an agent's vote of one round. */
export function opinionField(series: number, round: number, role: Specialist): string {
  return `opinion:${series}:${round}:${role}`;
}

/** Sessions in Redis. Every change of a record is one atomic script; what it reads is parsed again. */
export class SessionStore {
  constructor(
    private readonly redis: Redis,
    private readonly options: { readonly retentionMs: number },
  ) {}

  /**
   * Makes a session with its first event and its first job in the outbox.
   * @throws IdsError `project_not_found`, `project_closed` or `idempotency_conflict`; then nothing was made.
   */
  async create(
    record: SessionRecord,
    event: SessionEvent,
    job: JobRequest,
    once?: Idempotency,
  ): Promise<CreateOutcome> {
    const { session } = record;
    const reply = await scripts.create.run(
      this.redis,
      [
        keys.session(session.id),
        keys.events(session.id),
        keys.open,
        keys.outbox,
        keys.allSessions,
        keys.sessionsOfProject(session.project),
        keys.sessionsInStatus('queued'),
        keys.unfinished(session.project),
        once === undefined ? '' : keys.idempotency(once.client, once.key),
        keys.projects,
      ],
      [
        session.id,
        JSON.stringify(record),
        session.project,
        once?.bodyHash ?? '',
        IDEMPOTENCY_SECONDS,
        record.flow.deadlineAt ?? 0,
        CHANGED_CHANNEL,
        serializeEvent(event),
        record.step,
        job.id,
        JSON.stringify(job),
      ],
    );
    const [kind, detail] = Array.isArray(reply) ? reply.map(String) : [];
    if (kind === 'created' || kind === 'known') return { kind, sessionId: detail ?? session.id };
    if (kind === 'conflict') throw new IdsError('idempotency_conflict');
    if (kind === 'closed')
      throw new IdsError('project_closed', { project: session.project, session: detail });
    throw new IdsError('project_not_found', { project: session.project });
  }

  /**
   * Writes `next` if the record still has the version before it: state, events and jobs in one script.
   * `next.version` must be the version read plus one.
   */
  async transition(
    from: SessionStatus,
    next: SessionRecord,
    events: readonly SessionEvent[],
    jobs: readonly JobRequest[],
  ): Promise<WriteOutcome> {
    const { session, flow } = next;
    const reply = await scripts.transition.run(
      this.redis,
      [
        keys.session(session.id),
        keys.events(session.id),
        keys.open,
        keys.outbox,
        keys.sessionsInStatus(from),
        keys.sessionsInStatus(session.status),
        keys.unfinished(session.project),
        keys.artifacts(session.id),
        keys.budget(session.id),
        keys.usage(session.id),
      ],
      [
        session.id,
        next.version - 1,
        JSON.stringify(next),
        next.step,
        session.status,
        flow.jobs.length === 0 ? '' : (flow.deadlineAt ?? 0),
        this.keepFor(from, session.status),
        CHANGED_CHANNEL,
        events.length,
        ...events.map(serializeEvent),
        jobs.length,
        ...jobs.flatMap((job) => [job.id, JSON.stringify(job)]),
      ],
    );
    return reply === 'done' || reply === 'conflict' ? reply : 'missing';
  }

  private keepFor(from: SessionStatus, to: SessionStatus): string {
    if (isEnd(to)) return String(Math.ceil(this.options.retentionMs / 1_000));
    return isEnd(from) ? 'reopen' : '';
  }

  /** The record as it is now, or null if there is none. */
  async read(id: SessionId): Promise<SessionRecord | null> {
    const text = await this.redis.hget(keys.session(id), 'record');
    return text === null ? null : recordSchema.parse(JSON.parse(text));
  }

  /** The step and status alone: cheap enough to ask every second. */
  async readProgress(id: SessionId): Promise<{ step: number; status: string } | null> {
    const [step, status] = await this.redis.hmget(keys.session(id), 'step', 'status');
    return step === null || step === undefined ? null : { step: Number(step), status: status ?? '' };
  }

  /** The session as the outside sees it, its usage up to now included. */
  async view(id: SessionId): Promise<Session | null> {
    const [record, usage] = await Promise.all([this.read(id), this.redis.hgetall(keys.usage(id))]);
    if (record === null) return null;
    const promptTokens = Number(usage['promptTokens'] ?? 0);
    const completionTokens = Number(usage['completionTokens'] ?? 0);
    return {
      ...record.session,
      usage: {
        calls: Number(usage['calls'] ?? 0),
        promptTokens,
        completionTokens,
        totalTokens: promptTokens + completionTokens,
      },
    };
  }

  /** A page of sessions, newest first, and the cursor of the next page if there is one. */
  async list(query: ListSessionsQuery): Promise<{ sessions: Session[]; cursor: string | null }> {
    return await listSessions(this.redis, query, (id) => this.view(id));
  }

  /** Events after an id of this stream (`0`: all), oldest first, at most `limit`. */
  async events(id: SessionId, after: string, limit = 500): Promise<StoredEvent[]> {
    const start = after === '0' ? '-' : `(${after}`;
    const entries = await this.redis.xrange(keys.events(id), start, '+', 'COUNT', limit);
    return entries.map(([entryId, [, text]]) =>
      storedEventSchema.parse({
        id: entryId,
        at: isoTime(Number(entryId.split('-')[0])),
        event: JSON.parse(text ?? 'null'),
      }),
    );
  }

  /** Appends progress while `step` lasts; later it is dropped, since it would tell of something that no longer counts. */
  async note(id: SessionId, step: number, event: SessionEvent): Promise<void> {
    await scripts.appendEvent.run(
      this.redis,
      [keys.session(id), keys.events(id)],
      [step, serializeEvent(event), CHANGED_CHANNEL, id],
    );
  }

  /**
   * Keeps an opinion the moment it exists, once. The one that completes the round puts `synthesis` into the
   * outbox in the same script, so that a worker killed after it loses nothing.
   */
  async recordOpinion(
    id: SessionId,
    step: number,
    place: { readonly series: number; readonly round: number; readonly role: Specialist },
    opinion: Opinion,
    roles: readonly Specialist[],
    synthesis: JobRequest,
  ): Promise<OpinionOutcome> {
    const { series, round, role } = place;
    const reply = await scripts.recordOpinion.run(
      this.redis,
      [keys.session(id), keys.artifacts(id), keys.events(id), keys.outbox],
      [
        step,
        opinionField(series, round, role),
        JSON.stringify(opinion),
        serializeEvent({ type: 'opinion', round, opinion }),
        CHANGED_CHANNEL,
        id,
        synthesis.id,
        JSON.stringify(synthesis),
        ...roles.map((each) => opinionField(series, round, each)),
      ],
    );
    return reply === 'waiting' || reply === 'complete' || reply === 'stale' ? reply : 'missing';
  }

  /** Something that was expensive to make, or null. */
  async artifact(id: SessionId, field: string): Promise<unknown> {
    const text = await this.redis.hget(keys.artifacts(id), field);
    return text === null ? null : JSON.parse(text);
  }

  async artifacts(id: SessionId, fields: readonly string[]): Promise<unknown[]> {
    if (fields.length === 0) return [];
    const texts = await this.redis.hmget(keys.artifacts(id), ...fields);
    return texts.map((text) => (text === null ? null : JSON.parse(text)));
  }

  /** Keeps something expensive the moment it exists. The first to come stays. */
  async keepArtifact(id: SessionId, field: string, value: unknown): Promise<void> {
    await this.redis.hsetnx(keys.artifacts(id), field, JSON.stringify(value));
  }

  /** Sessions that need a job, soonest deadline first. */
  async openSessions(): Promise<SessionId[]> {
    return (await this.redis.zrange(keys.open, '0', '-1')).filter(isSessionId);
  }

  /** The ids of a project's sessions that are not at an end. */
  async unfinished(project: string): Promise<SessionId[]> {
    return (await this.redis.smembers(keys.unfinished(project))).filter(isSessionId);
  }

  /** Takes what the outbox holds; each stays until `published` is called for it. */
  async outbox(): Promise<Map<string, string>> {
    return new Map(Object.entries(await this.redis.hgetall(keys.outbox)));
  }

  async published(jobIds: readonly string[]): Promise<void> {
    if (jobIds.length > 0) await this.redis.hdel(keys.outbox, ...jobIds);
  }

  /** Forgets sessions whose records are gone; returns how many. */
  async pruneIndexes(): Promise<number> {
    return await pruneIndexes(this.redis);
  }

  /** What was seen of a session in the last sweep, replaced by what is seen now (null: nothing odd). */
  async sight(id: SessionId, sighting: string | null): Promise<string | null> {
    const before = await this.redis.hget(keys.sightings, id);
    if (sighting === null) await this.redis.hdel(keys.sightings, id);
    else if (sighting !== before) await this.redis.hset(keys.sightings, id, sighting);
    return before;
  }

  /** Takes a session that has no record any more out of the open ones. */
  async dropOpen(id: SessionId): Promise<void> {
    await this.redis.zrem(keys.open, id);
    await this.redis.hdel(keys.sightings, id);
  }
}

function serializeEvent(event: SessionEvent): string {
  return JSON.stringify(event);
}
