import { createHash } from 'node:crypto';
import {
  createSessionBodySchema,
  isEnd,
  type CreateSessionBody,
  type DecisionAction,
  type Project,
  type Session,
} from '@ids/contracts';
import { IdsError, isSessionId, systemClock, type Clock, type SessionId } from '@ids/kernel';
import type { ProjectStore, SessionRecord } from '@ids/store';
import { stepJob } from './jobs.js';
import type { Move } from './move.js';
import { newRecord, type NewSession } from './new-record.js';
import { approved, cancelled, guided, undoRequested } from './moves.js';
import type { Saga } from './saga.js';

export interface CommandOptions {
  readonly maxRounds: number;
  readonly stageDeadlineMs: number;
}

export interface CreateSession {
  readonly body: CreateSessionBody;
  /** The name of the key, or who else asks. */
  readonly requestedBy: string;
  /** Names the model, and says so if it is the built-in offline model. */
  readonly model: string;
  readonly idempotencyKey?: string;
}

/** What a person may do with sessions, from whatever way in. Each answers with the session as it is then. */
export class SessionCommands {
  constructor(
    private readonly saga: Saga,
    private readonly projects: ProjectStore,
    private readonly options: CommandOptions,
    private readonly clock: Clock = systemClock,
  ) {}

  /**
   * Makes a session and its first job; the same key and body again give the same session.
   * @throws IdsError `project_not_found`, `project_closed`, `idempotency_conflict`
   */
  async create(input: CreateSession): Promise<Session> {
    const project = await this.projects.get(input.body.project);
    const record = newRecord(this.sessionOf(input, project), this.clock.now(), this.options.stageDeadlineMs);
    const job = stepJob('round', record.session.id, record.step);
    const once =
      input.idempotencyKey === undefined
        ? undefined
        : { client: input.requestedBy, key: input.idempotencyKey, bodyHash: hashOf(input.body) };
    const event = { type: 'session.created', task: record.session.task, project: project.name } as const;
    const made = await this.saga.store.create(record, event, job, once);
    if (made.kind === 'created') {
      // The job stands in the outbox already; the answer need not wait for the queue.
      setImmediate(() => void this.saga.publish([job]));
      return record.session;
    }
    return await this.view(isSessionId(made.sessionId) ? made.sessionId : record.session.id);
  }

  private sessionOf({ body, requestedBy, model }: CreateSession, project: Project): NewSession {
    return {
      project: project.name,
      kind: body.kind ?? 'code',
      task: body.task,
      files: body.files ?? [],
      approval: body.approval ?? project.settings.approval ?? 'warnings',
      maxRounds: body.maxRounds ?? project.settings.maxRounds ?? this.options.maxRounds,
      requestedBy,
      model,
    };
  }

  /**
   * `attempt`: only on the change of this one, if it is given.
   * @throws IdsError `session_not_found`, `not_awaiting_approval`
   */
  async decide(id: SessionId, action: DecisionAction, by: string, attempt?: number): Promise<Session> {
    return await this.move(id, (record) => {
      requireStatus(record, 'awaiting_approval', 'not_awaiting_approval');
      const { attempts, status } = record.session;
      if (attempt !== undefined && attempts !== attempt)
        throw new IdsError('not_awaiting_approval', { status });
      return approved(record, action, by);
    });
  }

  /** @throws IdsError `session_not_found`, `not_awaiting_guidance` */
  async guide(id: SessionId, text: string): Promise<Session> {
    return await this.move(id, (record) => {
      requireStatus(record, 'awaiting_guidance', 'not_awaiting_guidance');
      return guided(record, text);
    });
  }

  /** @throws IdsError `session_not_found`, `not_cancellable`. A session that is cancelled already stays so. */
  async cancel(id: SessionId): Promise<Session> {
    return await this.move(id, (record) => {
      const { status } = record.session;
      if (status === 'cancelled') return null;
      if (isEnd(status) || status === 'rolling_back') throw new IdsError('not_cancellable', { status });
      return cancelled(record);
    });
  }

  /** @throws IdsError `session_not_found`, `not_rollbackable` */
  async rollback(id: SessionId): Promise<Session> {
    return await this.move(id, (record) => {
      requireStatus(record, 'applied', 'not_rollbackable');
      return undoRequested(record);
    });
  }

  private async move(id: SessionId, decide: (record: SessionRecord) => Move | null): Promise<Session> {
    await this.saga.command(id, decide);
    return await this.view(id);
  }

  private async view(id: SessionId): Promise<Session> {
    const session = await this.saga.store.view(id);
    if (session === null) throw new IdsError('session_not_found', { session: id });
    return session;
  }
}

function requireStatus(
  record: SessionRecord,
  wanted: Session['status'],
  code: 'not_awaiting_approval' | 'not_awaiting_guidance' | 'not_rollbackable',
): void {
  const { status } = record.session;
  if (status !== wanted) throw new IdsError(code, { status });
}

/** The same for two bodies that mean the same: parsing puts their fields into one order. */
function hashOf(body: CreateSessionBody): string {
  return createHash('sha256')
    .update(JSON.stringify(createSessionBodySchema.parse(body)))
    .digest('hex');
}
