import { readHealth, redisCheck, type HealthReport, type Metrics } from '@ids/observability';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Answers, AnswersText } from '../docs/answers.js';
import { Public } from '../http/auth.guard.js';
import type { Stores } from '../stores.js';
import { METRICS, STORES } from '../tokens.js';

@ApiTags('operations')
@Public()
@Controller()
export class HealthController {
  constructor(
    @Inject(STORES) private readonly stores: Stores,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  @ApiOperation({ summary: 'The process lives' })
  @Answers(200, 'Alive')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'Requests can be answered; warns of a Redis that may lose sessions' })
  @Answers(200, 'Health')
  @Answers(503, 'Health')
  async ready(@Res({ passthrough: true }) response: Response): Promise<HealthReport> {
    const report = await readHealth({ redis: redisCheck(this.stores.redis) });
    if (report.status !== 'ok') response.status(503).setHeader('Retry-After', 2);
    return report;
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Metrics for Prometheus' })
  @AnswersText('text/plain', 'Prometheus text format')
  async read(@Res() response: Response): Promise<void> {
    const { registry } = this.metrics;
    const text = await registry.metrics();
    response.setHeader('Content-Type', registry.contentType);
    response.end(text);
  }
}
