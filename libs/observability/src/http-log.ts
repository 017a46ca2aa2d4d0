import { newId } from '@ids/kernel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pinoHttp, type HttpLogger } from 'pino-http';
import type { Logger } from './logger.js';

const REQUEST_ID = /^[\w.-]{1,64}$/;
const SESSION_ID = /\bsess_[0-9A-Z]{26}\b/;
const QUIET = /^\/(health|metrics|docs|admin)(\/|$|\?)/;

/**
 * Logs each request once it is answered, with its id (taken from `X-Request-Id` or made, and sent back) and the
 * session it is about. Headers and bodies never reach the log.
 */
export function httpLog(logger: Logger): HttpLogger {
  return pinoHttp({
    logger,
    quietReqLogger: true,
    genReqId: (request, response) => {
      const given = request.headers['x-request-id'];
      const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : newId();
      response.setHeader('X-Request-Id', id);
      return id;
    },
    customAttributeKeys: { reqId: 'requestId', responseTime: 'milliseconds' },
    serializers: { req: () => undefined, res: () => undefined },
    customSuccessObject: (request, response, entry) => ({ ...about(request, response), ...timeOf(entry) }),
    customErrorObject: (request, response, _error, entry) => ({
      ...about(request, response),
      ...timeOf(entry),
    }),
    customLogLevel: (request, response) => {
      if (response.statusCode >= 500) return response.statusCode === 503 ? 'warn' : 'error';
      return QUIET.test(pathOf(request)) ? 'debug' : 'info';
    },
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request failed',
  });
}

/** Without the query, which may carry what a person typed. Express shortens `url` inside of mounted routers. */
function pathOf(request: IncomingMessage): string {
  const url = 'originalUrl' in request ? String(request.originalUrl) : (request.url ?? '');
  return url.split('?', 1)[0]?.slice(0, 300) ?? '';
}

function about(request: IncomingMessage, response: ServerResponse): object {
  return {
    method: request.method,
    path: pathOf(request),
    status: response.statusCode,
    ...sessionOf(request, response),
  };
}

function timeOf(entry: unknown): object {
  const time = typeof entry === 'object' && entry !== null && 'milliseconds' in entry && entry.milliseconds;
  return { milliseconds: time };
}

function sessionOf(request: IncomingMessage, response: ServerResponse): { sessionId?: string } {
  const location = response.getHeader('location');
  const text = `${pathOf(request)} ${typeof location === 'string' ? location : ''}`;
  const sessionId = SESSION_ID.exec(text)?.[0];
  return sessionId === undefined ? {} : { sessionId };
}
