import type { JobData } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import { HandlesJob, type JobContext, type JobHandler } from '@ids/queue';
import { Saga, validated, type Verdict } from '@ids/saga';
import { Validator, verdictOf } from '@ids/validation';
import { Injectable } from '@nestjs/common';
import { Artifacts } from '../artifacts.js';
import { ProjectFiles } from '../project-files.js';
import { StageRunner } from '../stage-runner.js';

/** Judges the change set on a staged copy. */
@Injectable()
@HandlesJob('validation')
export class ValidationHandler implements JobHandler<'validation'> {
  constructor(
    private readonly runner: StageRunner,
    private readonly saga: Saga,
    private readonly validator: Validator,
    private readonly files: ProjectFiles,
    private readonly artifacts: Artifacts,
  ) {}

  async handle(data: JobData<'validation'>, context: JobContext): Promise<void> {
    await this.runner.run('validation', data, context, async (record, signal) => {
      const { session } = record;
      const { project, settings } = await this.files.open(session.project);
      const results = await this.validator.validateChange({
        root: project.path,
        changes: await this.artifacts.changes(session.id, session.attempts),
        settings,
        signal,
        onLayer: (result) => this.saga.note(record, { type: 'layer', attempt: session.attempts, result }),
      });
      return validated(record, results, verdictFor(verdictOf(results)));
    });
  }
}

/** A checker that is required and cannot run is no fault of the coder: nothing is repaired by trying again. */
function verdictFor(verdict: ReturnType<typeof verdictOf>): Verdict {
  const missing = verdict.findings.find((finding) => finding.code === 'checker-missing');
  if (verdict.kind !== 'failed' || missing === undefined) return { ...verdict, error: undefined };
  const error = new IdsError('checker_missing', {
    layer: verdict.failed.join(', '),
    reason: missing.message,
  });
  return { ...verdict, error };
}
