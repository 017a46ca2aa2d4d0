import type { JobData, JobName } from '@ids/contracts';
import type { IdsError } from '@ids/kernel';
import type { Logger } from '@ids/observability';
import type { FailureSink } from '@ids/queue';
import { stageOf, type Saga } from '@ids/saga';

/** Turns a job that failed for good into the rollback of its session. */
export class FailureReporter implements FailureSink {
  constructor(
    private readonly saga: Saga,
    private readonly log: Logger,
  ) {}

  async jobFailed(name: JobName, data: JobData<JobName>, error: IdsError): Promise<void> {
    const stage = stageOf(name);
    if (stage === undefined || !('sessionId' in data)) {
      this.log.error({ job: name, reason: error.message }, 'job failed');
      return;
    }
    // A rollback that failed is not rolled back: its job is renewed by the reconciler.
    if (!('step' in data)) return;
    this.log.warn({ job: name, sessionId: data.sessionId, code: error.code }, 'stage failed');
    await this.saga.fail(data.sessionId, { stage, code: error.code, message: error.message }, data.step);
  }
}
