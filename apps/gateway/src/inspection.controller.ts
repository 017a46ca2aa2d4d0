import {
  analyzeBodySchema,
  validateBodySchema,
  type Analysis,
  type AnalyzeBody,
  type ValidateAnswer,
  type ValidateBody,
} from '@ids/contracts';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answers, Problems } from './docs/answers.js';
import { Inspection } from './operations/inspection.js';

/** Questions that a worker answers while the caller waits; the gateway itself never reads a project. */
@ApiTags('inspection')
@Controller('v1')
export class InspectionController {
  constructor(private readonly inspection: Inspection) {}

  @Post('analyze')
  @HttpCode(200)
  @ApiOperation({ summary: 'Analyze a Python file, or a folder as a summary' })
  @Answers(200, 'Analysis')
  @Problems('project_not_found', 'path_not_allowed', 'file_not_found', 'overloaded', 'no_worker_answered')
  analyze(@Body({ schema: analyzeBodySchema }) body: AnalyzeBody): Promise<Analysis> {
    return this.inspection.analyze(body);
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
  validate(@Body({ schema: validateBodySchema }) body: ValidateBody): Promise<ValidateAnswer> {
    return this.inspection.validate(body);
  }
}
