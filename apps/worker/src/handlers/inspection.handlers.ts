import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '@ids/config';
import type { Analysis, JobData, ParliamentView, ValidateAnswer } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import { Parliament } from '@ids/parliament';
import { PythonService } from '@ids/python';
import { HandlesJob, type JobContext, type JobHandler } from '@ids/queue';
import { SessionStore } from '@ids/store';
import { Validator, verdictOf } from '@ids/validation';
import { checkReadablePath, type UndoOutcome } from '@ids/workspace';
import { Inject, Injectable } from '@nestjs/common';
import { validateAgainstHead } from '../head-validation.js';
import { ProjectFiles } from '../project-files.js';
import { SETTINGS } from '../tokens.js';

/** How many sessions are looked through for the latest one that changed files. */
const LATEST = 50;

/** The structure of a file, or of a folder as a summary. */
@Injectable()
@HandlesJob('analyze-path')
export class AnalyzePathHandler implements JobHandler<'analyze-path'> {
  constructor(
    private readonly files: ProjectFiles,
    private readonly python: PythonService,
  ) {}

  async handle(data: JobData<'analyze-path'>, { signal }: JobContext): Promise<Analysis> {
    const { project, workspace } = await this.files.open(data.project);
    const path = data.path === '.' ? '.' : checkReadablePath(data.path);
    const isFolder = await stat(join(project.path, path)).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const options = { wanted: project.settings.python, signal };
    if (isFolder) return await this.python.analyzeFolder(project.path, path, options);
    await workspace.read(path);
    return await this.python.analyzeFile(project.path, path, options);
  }
}

/** The layers over files as they stand on disk, or over what differs from git's HEAD. */
@Injectable()
@HandlesJob('validate-paths')
export class ValidatePathsHandler implements JobHandler<'validate-paths'> {
  constructor(
    private readonly files: ProjectFiles,
    private readonly validator: Validator,
    private readonly store: SessionStore,
    @Inject(SETTINGS) private readonly options: Settings,
  ) {}

  async handle(data: JobData<'validate-paths'>, { signal }: JobContext): Promise<ValidateAnswer> {
    const { project, settings } = await this.files.open(data.project);
    const { against, index } = data;
    const named = data.paths?.map(checkReadablePath);
    const { maxFileBytes } = this.options.pipeline;
    const common = { root: project.path, settings, signal };
    if (against !== undefined) {
      return await validateAgainstHead({
        ...common,
        validator: this.validator,
        against,
        maxFileBytes,
        ...(index === undefined ? {} : { index }),
        ...(named === undefined || named.length === 0 ? {} : { paths: named }),
      });
    }
    const paths = named ?? (await this.latestChanges(data.project)).map(checkReadablePath);
    if (paths.length === 0) throw new IdsError('nothing_to_validate');
    const results = await this.validator.validatePaths({ ...common, paths });
    return { passed: verdictOf(results).kind !== 'failed', layers: results };
  }

  /** The files that the project's latest session left changed. */
  private async latestChanges(project: string): Promise<string[]> {
    const { sessions } = await this.store.list({ project, limit: LATEST });
    const latest = sessions.find((session) => session.status === 'applied');
    return (latest?.changes ?? [])
      .filter((change) => change.operation !== 'delete')
      .map((change) => change.path);
  }
}

/** What an undo would say, asked before it is promised. */
@Injectable()
@HandlesJob('check-rollback')
export class CheckRollbackHandler implements JobHandler<'check-rollback'> {
  constructor(private readonly files: ProjectFiles) {}

  async handle(data: JobData<'check-rollback'>): Promise<UndoOutcome> {
    const { workspace } = await this.files.open(data.project);
    return await workspace.previewUndo(data.sessionId);
  }
}

/** Who sits in the parliament of this worker. */
@Injectable()
@HandlesJob('parliament')
export class ParliamentHandler implements JobHandler<'parliament'> {
  constructor(private readonly parliament: Parliament) {}

  async handle(): Promise<ParliamentView> {
    return this.parliament.describe();
  }
}
