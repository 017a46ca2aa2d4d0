import { setTimeout as delay } from 'node:timers/promises';
import { JOBS, type JobData, type JobName } from '@ids/contracts';
import { IdsError, isErrorCode, newId } from '@ids/kernel';
import type { Job, QueueEvents } from 'bullmq';
import { z } from 'zod';
import type { JobProducer } from './job-producer.js';
import { JOB_OPTIONS } from './options.js';

/** Jobs whose answer somebody waits for. */
export type InspectionName = {
  [N in JobName]: (typeof JOBS)[N]['queue'] extends 'inspection' ? N : never;
}[JobName];

/** How a worker answers: an error is an answer too. */
export const inspectionReplySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({
    ok: z.literal(false),
    code: z.string().refine(isErrorCode),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  }),
]);
export type InspectionReply = z.infer<typeof inspectionReplySchema>;

export interface InquiryLimits {
  /** A question that no worker has begun by then is taken back. */
  readonly beginMs: number;
  /** One that a worker is at is waited for so long in all. */
  readonly answerMs: number;
  /** More than so many waiting questions are shed. */
  readonly maxWaiting: number;
}

/** Asks a worker and waits for its answer, for a bounded time and with a bound on how many wait. */
export class Inquiry {
  constructor(
    private readonly producer: JobProducer,
    private readonly events: QueueEvents,
    private readonly limits: InquiryLimits,
  ) {}

  /**
   * The worker's answer, still to be parsed.
   * @throws IdsError `overloaded`, `no_worker_answered`, or the error that the worker answered with
   */
  async ask<N extends InspectionName>(name: N, data: JobData<N>): Promise<unknown> {
    const queue = this.producer.queue('inspection');
    const waiting = await queue.getWaitingCount();
    if (waiting >= this.limits.maxWaiting) throw new IdsError('overloaded', { seconds: 5 });
    const job = await queue.add(name, data, { ...JOB_OPTIONS[name], jobId: `${name}-${newId()}` });
    const reply = inspectionReplySchema.safeParse(await this.answer(job));
    if (!reply.success) throw new IdsError('no_worker_answered');
    if (reply.data.ok) return reply.data.value;
    throw new IdsError(reply.data.code, reply.data.details);
  }

  private async answer(job: Job): Promise<unknown> {
    const settled = new AbortController();
    try {
      const answered = job.waitUntilFinished(this.events, this.limits.answerMs);
      const answer: unknown = await Promise.race([answered, this.untilLost(job, settled.signal)]);
      return answer;
    } catch (error) {
      // Nobody waits any more: a question that no worker has begun would only cost work.
      await job.remove().catch(() => undefined);
      throw new IdsError('no_worker_answered', {}, { cause: error });
    } finally {
      settled.abort();
    }
  }

  /** Rejects once it is clear that no worker takes the question; else it never ends. */
  private async untilLost(job: Job, signal: AbortSignal): Promise<never> {
    const { beginMs } = this.limits;
    await delay(beginMs, undefined, { signal });
    if ((await job.getState()) === 'waiting') throw new Error(`no worker began within ${beginMs} ms`);
    return await new Promise<never>(() => undefined);
  }
}
