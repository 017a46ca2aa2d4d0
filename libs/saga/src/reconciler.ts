import { SPECIALISTS, type JobRequest } from '@ids/contracts';
import { IdsError, systemClock, type Clock, type SessionId } from '@ids/kernel';
import type { JobProducer } from '@ids/queue';
import { jobRequestSchema, opinionField, type SessionRecord } from '@ids/store';
import { stepJob } from './jobs.js';
import type { Saga } from './saga.js';

/** The stage itself ends at its deadline; this is for stages whose worker is gone. */
const DEADLINE_GRACE_MS = 5_000;

export interface Sweep {
  /** Sessions that wait for a job. */
  readonly open: number;
  readonly republished: number;
  readonly renewed: number;
  readonly expired: number;
}

/**
 * Compares open sessions with the queues: the guarantee behind everything that is fast. It works from the records
 * alone, so it also works when the queues are empty. Its reads are not atomic, so it renews a job only if two sweeps
 * in a row saw the same session without it.
 */
export class Reconciler {
  constructor(
    private readonly saga: Saga,
    private readonly jobs: JobProducer,
    private readonly clock: Clock = systemClock,
  ) {}

  /** One sweep. May run at the same time in several processes. */
  async sweep(): Promise<Sweep> {
    const { store } = this.saga;
    const republished = await this.republish();
    const open = await store.openSessions();
    let renewed = 0;
    let expired = 0;
    for (const id of open) {
      const record = await store.read(id);
      if (record === null) await store.dropOpen(id);
      else if (this.isExpired(record)) expired += await this.expire(record);
      else renewed += await this.repair(id, record);
    }
    return { open: open.length, republished, renewed, expired };
  }

  /** What a transition asked for and its process could not put into the queue any more. */
  private async republish(): Promise<number> {
    const waiting = [...(await this.saga.store.outbox()).values()].flatMap((text) => {
      const job = jobRequestSchema.safeParse(JSON.parse(text));
      return job.success ? [job.data] : [];
    });
    await this.saga.publish(waiting);
    return waiting.length;
  }

  private isExpired({ flow }: SessionRecord): boolean {
    return flow.deadlineAt !== undefined && this.clock.now() > flow.deadlineAt + DEADLINE_GRACE_MS;
  }

  private async expire({ session, flow, step }: SessionRecord): Promise<number> {
    const stage = flow.stage ?? 'deliberation';
    const { code, message } = new IdsError('deadline_exceeded', { stage });
    await this.saga.fail(session.id, { stage, code, message }, step);
    return 1;
  }

  private async repair(id: SessionId, record: SessionRecord): Promise<number> {
    const lost: JobRequest[] = [];
    for (const job of await this.expected(record)) {
      if ((await this.jobs.state(job)) !== 'alive') lost.push(job);
    }
    const sighting = lost.length === 0 ? null : `${record.version} ${lost.map((job) => job.id).join(' ')}`;
    const before = await this.saga.store.sight(id, sighting);
    if (sighting === null || sighting !== before) return 0;
    for (const job of lost) await this.jobs.renew(job);
    return lost.length;
  }

  /** The jobs that must be alive for the session to go on. A finished opinion is not lost: its vote is recorded. */
  private async expected({ session, flow, step }: SessionRecord): Promise<readonly JobRequest[]> {
    if (!flow.jobs.some((job) => job.name === 'opinion')) return flow.jobs;
    const fields = SPECIALISTS.map((role) => opinionField(flow.series, session.rounds.length + 1, role));
    const votes = await this.saga.store.artifacts(session.id, fields);
    const open = flow.jobs.filter((_job, index) => votes[index] === null);
    return open.length > 0 ? open : [stepJob('synthesis', session.id, step)];
  }
}
