import { CONTRACT_VERSION, rollbackCheckSchema, type Session } from '@ids/contracts';
import { IdsError, type SessionId } from '@ids/kernel';
import type { Inquiry } from '@ids/queue';
import type { SessionCommands } from '@ids/saga';
import type { SessionStore } from '@ids/store';
import { z } from 'zod';

/** What is done with sessions from every way in: over HTTP and from a chat. */
export class SessionOperations {
  constructor(
    private readonly sessions: SessionStore,
    private readonly commands: SessionCommands,
    private readonly inquiry: Pick<Inquiry, 'ask'>,
  ) {}

  /** @throws IdsError `session_not_found` */
  async get(id: SessionId): Promise<Session> {
    const session = await this.sessions.view(id);
    if (session === null) throw new IdsError('session_not_found', { session: id });
    return session;
  }

  /** The unified diff of the latest attempt. @throws IdsError `session_not_found`, `no_diff` */
  async diff(id: SessionId): Promise<string> {
    const { attempts } = await this.get(id);
    const diff = await this.sessions.artifact(id, `diff:${attempts}`);
    if (diff === null) throw new IdsError('no_diff');
    return z.string().parse(diff);
  }

  /**
   * Begins to undo an applied session, once a worker has seen that it can be undone.
   * @throws IdsError `session_not_found`, `not_rollbackable`, `backup_gone`, `rollback_conflict`, `overloaded`,
   * `no_worker_answered`, and what the worker's look at the project failed with
   */
  async rollback(id: SessionId): Promise<Session> {
    const { project, status, changes } = await this.get(id);
    if (status !== 'applied') throw new IdsError('not_rollbackable', { status });
    const data = { contractVersion: CONTRACT_VERSION, project, sessionId: id } as const;
    const check = rollbackCheckSchema.parse(await this.inquiry.ask('check-rollback', data));
    if (check.kind === 'nothing' && changes.length > 0) throw new IdsError('backup_gone');
    if (check.kind === 'conflict') throw new IdsError('rollback_conflict', { paths: check.paths });
    return await this.commands.rollback(id);
  }
}
