import {
  createSessionBodySchema,
  decisionBodySchema,
  guidanceBodySchema,
  listSessionsQuerySchema,
  type CreateSessionBody,
  type DecisionBody,
  type GuidanceBody,
  type ListSessionsQuery,
  type Session,
  type SessionList,
} from '@ids/contracts';
import { IdsError, type SessionId } from '@ids/kernel';
import { SessionCommands } from '@ids/saga';
import { SessionStore } from '@ids/store';
import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Answers, AnswersText, Problems, SessionIdParam } from './docs/answers.js';
import { Caller } from './http/auth.guard.js';
import { SessionIdPipe } from './http/validation.js';
import { SessionOperations } from './operations/session-operations.js';
import { MODEL_NAME } from './tokens.js';

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

@ApiTags('sessions')
@Controller('v1/sessions')
export class SessionsController {
  constructor(
    private readonly commands: SessionCommands,
    private readonly sessions: SessionStore,
    private readonly operations: SessionOperations,
    @Inject(MODEL_NAME) private readonly model: string,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Give a task; the answer comes at once, the work follows as events' })
  @ApiHeader({ name: 'Idempotency-Key', description: 'The same key and body again give the same session' })
  @Answers(202, 'Session')
  @Problems('project_not_found', 'project_closed', 'idempotency_conflict')
  async create(
    @Body({ schema: createSessionBodySchema }) body: CreateSessionBody,
    @Headers('idempotency-key') key: string | undefined,
    @Caller() requestedBy: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    const once = key === undefined ? {} : { idempotencyKey: checkedKey(key) };
    const session = await this.commands.create({ body, requestedBy, model: this.model, ...once });
    response.location(`/v1/sessions/${session.id}`);
    return session;
  }

  @Get()
  @ApiOperation({ summary: 'Sessions, newest first, in pages' })
  @Answers(200, 'SessionList')
  list(@Query({ schema: listSessionsQuerySchema }) query: ListSessionsQuery): Promise<SessionList> {
    return this.sessions.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One session, as it is now' })
  @SessionIdParam()
  @Answers(200, 'Session')
  @Problems('session_not_found')
  get(@Param('id', SessionIdPipe) id: SessionId): Promise<Session> {
    return this.operations.get(id);
  }

  @Get(':id/diff')
  @Header('Content-Type', 'text/x-diff; charset=utf-8')
  @ApiOperation({ summary: 'The changes of the latest attempt, appliable by git apply' })
  @SessionIdParam()
  @AnswersText('text/x-diff', 'A unified diff')
  @Problems('session_not_found', 'no_diff')
  diff(@Param('id', SessionIdPipe) id: SessionId): Promise<string> {
    return this.operations.diff(id);
  }

  @Post(':id/decision')
  @HttpCode(202)
  @ApiOperation({ summary: 'Decide on a change that waits for a person' })
  @SessionIdParam()
  @Answers(202, 'Session')
  @Problems('session_not_found', 'not_awaiting_approval')
  decide(
    @Param('id', SessionIdPipe) id: SessionId,
    @Body({ schema: decisionBodySchema }) { action }: DecisionBody,
    @Caller() by: string,
  ): Promise<Session> {
    return this.commands.decide(id, action, by);
  }

  @Post(':id/guidance')
  @HttpCode(202)
  @ApiOperation({ summary: 'Guide a parliament that came to a dead end' })
  @SessionIdParam()
  @Answers(202, 'Session')
  @Problems('session_not_found', 'not_awaiting_guidance')
  guide(
    @Param('id', SessionIdPipe) id: SessionId,
    @Body({ schema: guidanceBodySchema }) { text }: GuidanceBody,
  ): Promise<Session> {
    return this.commands.guide(id, text);
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Cancel a session that is not at its end; what it had begun is undone' })
  @SessionIdParam()
  @Answers(202, 'Session')
  @Problems('session_not_found', 'not_cancellable')
  cancel(@Param('id', SessionIdPipe) id: SessionId): Promise<Session> {
    return this.commands.cancel(id);
  }

  @Post(':id/rollback')
  @HttpCode(202)
  @ApiOperation({ summary: 'Undo an applied session, unless its files were changed since' })
  @SessionIdParam()
  @Answers(202, 'Session')
  @Problems(
    'session_not_found',
    'not_rollbackable',
    'backup_gone',
    'rollback_conflict',
    'no_worker_answered',
    'overloaded',
  )
  rollback(@Param('id', SessionIdPipe) id: SessionId): Promise<Session> {
    return this.operations.rollback(id);
  }
}

function checkedKey(key: string): string {
  if (IDEMPOTENCY_KEY.test(key)) return key;
  throw new IdsError('invalid_request', { reason: 'Idempotency-Key must be 1 to 255 printable characters' });
}
