import { changeSetSchema, projectContextSchema, type ChangeSet, type ProjectContext } from '@ids/contracts';
import { IdsError, type SessionId } from '@ids/kernel';
import type { ModelReply, ReplyStore } from '@ids/llm';
import type { SessionStore } from '@ids/store';
import { z } from 'zod';

const replySchema: z.ZodType<ModelReply> = z.object({
  text: z.string(),
  model: z.string(),
  promptTokens: z.number(),
  completionTokens: z.number(),
  latencyMs: z.number(),
});

/** Expensive results of a session, kept the moment they exist; the first of each name stays. */
export class Artifacts implements ReplyStore {
  constructor(private readonly store: SessionStore) {}

  async find(id: SessionId, callKey: string): Promise<ModelReply | null> {
    const reply = await this.store.artifact(id, `reply:${callKey}`);
    return reply === null ? null : replySchema.parse(reply);
  }

  async keep(id: SessionId, callKey: string, reply: ModelReply): Promise<void> {
    await this.store.keepArtifact(id, `reply:${callKey}`, reply);
  }

  async keepContext(id: SessionId, round: number, context: ProjectContext): Promise<void> {
    await this.store.keepArtifact(id, `context:${round}`, context);
  }

  async context(id: SessionId, round: number): Promise<ProjectContext> {
    return projectContextSchema.parse(await this.present(id, `context:${round}`));
  }

  /** Keeps the change set of an attempt with its diff; returns what is kept, which may be an earlier one. */
  async keepChanges(id: SessionId, attempt: number, changes: ChangeSet): Promise<ChangeSet> {
    await this.store.keepArtifact(id, `changes:${attempt}`, changes);
    return await this.changes(id, attempt);
  }

  async changes(id: SessionId, attempt: number): Promise<ChangeSet> {
    return changeSetSchema.parse(await this.present(id, `changes:${attempt}`));
  }

  /** The gateway serves it as it stands. */
  async keepDiff(id: SessionId, attempt: number, diff: string): Promise<void> {
    await this.store.keepArtifact(id, `diff:${attempt}`, diff);
  }

  private async present(id: SessionId, field: string): Promise<unknown> {
    const value = await this.store.artifact(id, field);
    if (value === null) throw new IdsError('session_lost');
    return value;
  }
}
