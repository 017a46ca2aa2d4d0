import { JOB_NAMES, type JobData, type JobName } from '@ids/contracts';
import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export interface JobContext {
  readonly jobId: string;
  /** How often this job was started, this time included; deaths of workers count. */
  readonly starts: number;
  /** Whether the queue tries again when this run throws. */
  readonly lastAttempt: boolean;
  /** Aborts when the worker shuts down and its time to drain is over. */
  readonly signal: AbortSignal;
}

/** The one handler of a job. May run twice, late, or be killed at any line. */
export interface JobHandler<N extends JobName> {
  handle(data: JobData<N>, context: JobContext): Promise<unknown>;
}

const HANDLES = Symbol('ids:handles-job');

/** Marks a provider as the handler of a job; its class must be a `JobHandler` of that job or it does not compile. */
export function HandlesJob<N extends JobName>(
  name: N,
): (target: new (...args: never[]) => JobHandler<N>) => void {
  const mark: CustomDecorator<symbol> = SetMetadata(HANDLES, name);
  return (target) => mark(target);
}

/** The name of the job that a class handles, if it handles one. */
export function handledJob(target: object): JobName | undefined {
  const name: unknown = Reflect.getMetadata(HANDLES, target);
  return JOB_NAMES.find((known) => known === name);
}
