import {
  analysisSchema,
  analyzeBodySchema,
  CONTRACT_VERSION,
  validateAnswerSchema,
  validateBodySchema,
  type Analysis,
  type AnalyzeBody,
  type ValidateAnswer,
  type ValidateBody,
} from '@ids/contracts';
import { Inquiry } from '@ids/queue';
import { ProjectStore } from '@ids/store';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answers, Problems } from './docs/answers.js';

/** Questions that a worker answers while the caller waits; the gateway itself never reads a project. */
@ApiTags('inspection')
@Controller('v1')
export class InspectionController {
  constructor(
    private readonly projects: ProjectStore,
    private readonly inquiry: Inquiry,
  ) {}

  @Post('analyze')
  @HttpCode(200)
  @ApiOperation({ summary: 'Analyze a Python file, or a folder as a summary' })
  @Answers(200, 'Analysis')
  @Problems('project_not_found', 'path_not_allowed', 'file_not_found', 'overloaded', 'no_worker_answered')
  async analyze(@Body({ schema: analyzeBodySchema }) { project, path }: AnalyzeBody): Promise<Analysis> {
    await this.projects.get(project);
    const data = { contractVersion: CONTRACT_VERSION, project, path } as const;
    return analysisSchema.parse(await this.inquiry.ask('analyze-path', data));
  }

  @Post('validate')
  @HttpCode(200)
  @ApiOperation({
    summary: "Validate files as they stand, what differs from git's HEAD, or what the latest session changed",
  })
  @Answers(200, 'Validation')
  @Problems(
    'project_not_found',
    'nothing_to_validate',
    'file_not_found',
    'path_not_allowed',
    'not_a_git_repository',
    'git_failed',
    'change_too_large',
    'python_missing',
    'overloaded',
    'no_worker_answered',
  )
  async validate(
    @Body({ schema: validateBodySchema }) { project, paths, against, index }: ValidateBody,
  ): Promise<ValidateAnswer> {
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
}
