import { STATUS_CODES } from 'node:http';
import type { Problem } from '@ids/contracts';
import { IdsError, type ErrorCode } from '@ids/kernel';
import type { Logger } from '@ids/observability';
import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { LOG } from '../tokens.js';
import { BODY_LIMIT } from './only-json.js';
import { isRedisAway } from './redis-errors.js';

/** Seconds after which it is worth to try again, where the error does not say it itself. */
const RETRY_SECONDS: Partial<Record<ErrorCode, number>> = { redis_unavailable: 2 };
const DEFAULT_RETRY_SECONDS = 5;

/** Answers whatever was thrown as `application/problem+json`. What we did not throw on purpose is told to the log only. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const requestId = requestIdOf(http.getRequest<Request>());
    const error = asIdsError(thrown, requestId);
    if (error.httpStatus === 500) this.log.error({ err: thrown, requestId }, 'a request broke');
    sendProblem(http.getResponse<Response>(), error, requestId);
  }
}

/** The id that the request log gave it. */
function requestIdOf({ id }: Request): string {
  return typeof id === 'string' ? id : '';
}

/** Sends the problem, or ends an answer that has begun already: half an answer must not look whole. */
function sendProblem(response: Response, error: IdsError, requestId: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = error.httpStatus;
  const retryAfter = retrySeconds(error);
  if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
  if (error.code === 'unauthorized') response.setHeader('WWW-Authenticate', 'Bearer realm="ids"');
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(error, requestId)));
}

function problemOf(error: IdsError, requestId: string): Problem {
  const details = Object.entries(error.details).filter(([, value]) => value !== undefined);
  return {
    type: `urn:ids:problem:${error.code}`,
    title: STATUS_CODES[error.httpStatus] ?? 'Error',
    status: error.httpStatus,
    detail: error.message,
    code: error.code,
    instance: `urn:ids:request:${requestId}`,
    ...(details.length > 0 ? { details: Object.fromEntries(details) } : {}),
  };
}

function retrySeconds(error: IdsError): number | undefined {
  if (error.httpStatus !== 429 && error.httpStatus !== 503) return undefined;
  const told = error.details['seconds'];
  return typeof told === 'number' ? told : (RETRY_SECONDS[error.code] ?? DEFAULT_RETRY_SECONDS);
}

function asIdsError(thrown: unknown, requestId: string): IdsError {
  if (thrown instanceof IdsError) return thrown;
  if (isRedisAway(thrown)) return new IdsError('redis_unavailable', {}, { cause: thrown });
  if (thrown instanceof HttpException) return ofHttp(thrown, requestId);
  return new IdsError('internal_error', { request: requestId }, { cause: thrown });
}

/** Nest's own exceptions and those of the body parser. */
function ofHttp(exception: HttpException, requestId: string): IdsError {
  const status = exception.getStatus();
  if (status === 404) return new IdsError('not_found');
  if (status === 413) return new IdsError('payload_too_large', { limit: BODY_LIMIT });
  if (status === 415) return new IdsError('unsupported_media_type');
  if (status >= 500) return new IdsError('internal_error', { request: requestId }, { cause: exception });
  return new IdsError('invalid_request', { reason: reasonOf(exception) });
}

function reasonOf({ cause, message }: HttpException): string {
  if (cause instanceof SyntaxError) return 'the body is not valid JSON';
  if (cause instanceof URIError) return 'the address is not well encoded';
  return message.slice(0, 200);
}
