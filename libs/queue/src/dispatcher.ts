import { JOBS, JOB_NAMES, type JobData, type JobName, type QueueName } from '@ids/contracts';
import { IdsError, isErrorCode, messageOf, toIdsError } from '@ids/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { UnrecoverableError, WaitingError, type Job } from 'bullmq';
import { FAILURE_SINK, type FailureSink } from './failure-sink.js';
import { HandlerRegistry } from './handler-registry.js';
import type { JobContext } from './handlers.js';
import type { InspectionReply } from './inquiry.js';

/** Between BullMQ and the handlers: parses, runs, and turns errors into BullMQ's in this one place. */
@Injectable()
export class JobDispatcher {
  constructor(
    private readonly registry: HandlerRegistry,
    @Inject(FAILURE_SINK) private readonly sink: FailureSink,
  ) {}

  /** Runs a job. Throws an Error if BullMQ shall try again, an UnrecoverableError if not. */
  async run(queue: QueueName, job: Job, token: string | undefined, signal: AbortSignal): Promise<unknown> {
    const parsed = parseJob(queue, job);
    const context: JobContext = {
      jobId: job.id ?? '',
      starts: job.attemptsStarted,
      lastAttempt: job.attemptsMade + 1 >= (job.opts.attempts ?? 1),
      signal,
    };
    if (queue === 'inspection') return await this.reply(parsed, context);
    try {
      return await this.registry.run(parsed.name, parsed.data, context);
    } catch (error) {
      if (signal.aborted) await giveBack(job, token);
      const failure = toIdsError(error, 'stage_failed', { stage: queue });
      if (failure.transient && !context.lastAttempt) throw failure;
      await this.sink.jobFailed(parsed.name, parsed.data, failure);
      throw new UnrecoverableError(`${failure.code}: ${failure.message}`);
    }
  }

  private async reply(parsed: ParsedJob, context: JobContext): Promise<InspectionReply> {
    try {
      return { ok: true, value: await this.registry.run(parsed.name, parsed.data, context) };
    } catch (error) {
      const { code, details } = toIdsError(error, 'stage_failed', { stage: 'inspection' });
      const known = Object.entries(details).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, isList(value) ? [...value] : value] as const],
      );
      return { ok: false, code, details: Object.fromEntries(known) };
    }
  }

  /** A job that BullMQ failed, perhaps without having run the processor at all. */
  async failed(queue: QueueName, job: Job, error: Error): Promise<void> {
    const parsed = parseJob(queue, job);
    if (queue === 'inspection' || job.finishedOn === undefined) return;
    await this.sink.jobFailed(parsed.name, parsed.data, failureOf(queue, error));
  }
}

/** The code stands before the message, since of an error only its message comes through BullMQ. */
function failureOf(queue: QueueName, error: Error): IdsError {
  const code = error.message.split(':', 1)[0] ?? '';
  return isErrorCode(code)
    ? new IdsError(code, { stage: queue })
    : toIdsError(error, 'stage_failed', { stage: queue });
}

/** A shutdown is not the job's fault: it goes back to its queue and counts as no attempt. */
async function giveBack(job: Job, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}

function isList(value: string | number | boolean | readonly string[]): value is readonly string[] {
  return Array.isArray(value);
}

interface ParsedJob {
  readonly name: JobName;
  readonly data: JobData<JobName>;
}

/** Payloads are parsed again on arrival; what is not of the catalog fails and is never "processed". */
function parseJob(queue: QueueName, job: Job): ParsedJob {
  const name = JOB_NAMES.find((known) => known === job.name && JOBS[known].queue === queue);
  if (name === undefined)
    throw new UnrecoverableError(`There is no job "${job.name}" in the queue ${queue}.`);
  try {
    return { name, data: JOBS[name].data.parse(job.data) };
  } catch (error) {
    throw new UnrecoverableError(`The data of ${name} is not of this contract: ${messageOf(error)}`);
  }
}
