import type { JobData, JobName } from '@ids/contracts';
import type { IdsError } from '@ids/kernel';

/** Told of every job that will not be tried again. May be told twice, by other processes too, or never. */
export interface FailureSink {
  jobFailed(name: JobName, data: JobData<JobName>, error: IdsError): Promise<void>;
}
export const FAILURE_SINK = Symbol('ids:failure-sink');
