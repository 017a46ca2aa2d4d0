import { types } from 'node:util';
import { IdsError, type ErrorCode } from '@ids/kernel';
import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { maskSecrets } from '../mask-secrets.js';
import { AnswerTooLargeError } from './bounded-fetch.js';

/** A stream that ended before its answer did. */
export class ConnectionCutError extends Error {
  constructor() {
    super('the connection was cut before the answer ended');
    this.name = 'ConnectionCutError';
  }
}

/** What an attempt failed with. */
export interface Failure {
  readonly error: IdsError;
  /** Whether the same request may succeed soon. */
  readonly retry: boolean;
  /** How long the endpoint asks to wait. */
  readonly retryAfterMs?: number;
}

const LONGEST_REASON = 200;
/** A limit that no waiting lifts, sent with the status of one that it does. */
const OUT_OF_MONEY = 'insufficient_quota';

/** Turns whatever an attempt threw into the error of IDS. What the endpoint wrote is cut, and never holds the key. */
export function classify(thrown: unknown, apiKey: string | undefined): Failure {
  if (thrown instanceof IdsError) return { error: thrown, retry: false };
  const fail = (code: ErrorCode, reason: string, retry: boolean): Failure => ({
    error: new IdsError(code, { reason: presentable(reason, apiKey) }),
    retry,
  });
  if (thrown instanceof AnswerTooLargeError)
    return fail('model_nonsense', 'it was larger than 64 MiB', false);
  // The package's word for an event that is not JSON.
  if (thrown instanceof SyntaxError) return fail('model_nonsense', 'it was not JSON', false);
  if (isConnectionFailure(thrown)) return fail('model_unreachable', connectionReason(thrown), true);
  if (!(thrown instanceof APIError)) throw thrown;
  const status: number | undefined = thrown.status;
  if (status === 401 || status === 403) return { error: new IdsError('model_unauthorized'), retry: false };
  const reason = thrown.message;
  if (status === undefined || status >= 500 || status === 408) {
    return { ...fail('model_unreachable', reason, true), ...retryAfter(thrown) };
  }
  const retry = status === 409 || (status === 429 && thrown.code !== OUT_OF_MONEY);
  return { ...fail('model_refused', reason, retry), ...retryAfter(thrown) };
}

/** `fetch` throws a TypeError whose cause tells what broke, before or after the headers. */
function isConnectionFailure(thrown: unknown): thrown is Error {
  if (thrown instanceof APIConnectionError || thrown instanceof ConnectionCutError) return true;
  return isError(thrown) && thrown.name === 'TypeError' && isError(thrown.cause);
}

/** Also for errors of Node.js itself, which in another realm (a test's) are no instance of this one's Error. */
function isError(thrown: unknown): thrown is Error & { readonly code?: unknown } {
  return types.isNativeError(thrown);
}

function connectionReason(thrown: Error): string {
  if (thrown instanceof APIConnectionTimeoutError) return 'no connection in time';
  for (let cause: unknown = thrown; isError(cause); cause = cause.cause) {
    if (typeof cause.code === 'string') return cause.code;
  }
  return thrown instanceof ConnectionCutError ? thrown.message : 'the connection was cut';
}

function retryAfter(error: APIError): { retryAfterMs?: number } {
  const headers: Headers | undefined = error.headers;
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (milliseconds >= 0) return { retryAfterMs: milliseconds };
  const text = headers?.get('retry-after') ?? '';
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(wait) ? {} : { retryAfterMs: Math.max(0, wait) };
}

function presentable(reason: string, apiKey: string | undefined): string {
  const withoutKey = apiKey === undefined ? reason : reason.replaceAll(apiKey, '[masked]');
  const line = maskSecrets(withoutKey)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}…` : line;
}
