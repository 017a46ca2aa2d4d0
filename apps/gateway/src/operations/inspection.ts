import {
  analysisSchema,
  CONTRACT_VERSION,
  parliamentViewSchema,
  validateAnswerSchema,
  type Analysis,
  type AnalyzeBody,
  type ParliamentView,
  type ValidateAnswer,
  type ValidateBody,
} from '@ids/contracts';
import type { Inquiry } from '@ids/queue';
import type { ProjectStore } from '@ids/store';

/**
 * Questions that a worker answers while somebody waits; the gateway itself never reads a project. Each throws the
 * IdsErrors `overloaded`, `no_worker_answered` and what the worker answers with.
 */
export class Inspection {
  constructor(
    private readonly projects: ProjectStore,
    private readonly inquiry: Pick<Inquiry, 'ask'>,
  ) {}

  /** @throws IdsError `project_not_found` too */
  async analyze({ project, path }: AnalyzeBody): Promise<Analysis> {
    await this.projects.get(project);
    const data = { contractVersion: CONTRACT_VERSION, project, path } as const;
    return analysisSchema.parse(await this.inquiry.ask('analyze-path', data));
  }

  /** @throws IdsError `project_not_found` too */
  async validate({ project, paths, against, index }: ValidateBody): Promise<ValidateAnswer> {
    await this.projects.get(project);
    const data = {
      contractVersion: CONTRACT_VERSION,
      project,
      ...(paths === undefined ? {} : { paths }),
      ...(against === undefined ? {} : { against }),
      ...(index === undefined ? {} : { index }),
    } as const;
    return validateAnswerSchema.parse(await this.inquiry.ask('validate-paths', data));
  }

  async parliament(): Promise<ParliamentView> {
    const data = { contractVersion: CONTRACT_VERSION } as const;
    return parliamentViewSchema.parse(await this.inquiry.ask('parliament', data));
  }
}
