import { types } from 'node:util';
import { ERRORS, isErrorCode, type ErrorCode, type ErrorDetails } from './error-codes.js';

/**
 * The only error that IDS throws on purpose: a stable code, and from the error map its retry policy and its
 * sentence for the person. `details` is shown to people.
 */
export class IdsError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(ERRORS[code].sentence(details), options);
    this.name = 'IdsError';
    this.code = code;
    this.details = details;
  }

  /** Whether the same call may succeed later. */
  get transient(): boolean {
    return ERRORS[this.code].retry === 'transient';
  }

  get httpStatus(): number {
    return ERRORS[this.code].http;
  }
}

/** Also for errors of another realm (a worker's, a test runner's), which are no `instanceof` ours. */
function isError(thrown: unknown): thrown is Error {
  return types.isNativeError(thrown) || thrown instanceof Error;
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return isError(thrown) ? thrown.message : String(thrown);
}

/** The `code` that Node.js puts on system errors (`ENOENT`, `ECONNREFUSED`), if there is one. */
export function systemCode(thrown: unknown): string | undefined {
  if (!isError(thrown) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** Anything that was thrown as an IdsError; what is not one already becomes `fallback`. */
export function toIdsError(thrown: unknown, fallback: ErrorCode, details: ErrorDetails = {}): IdsError {
  if (thrown instanceof IdsError) return thrown;
  return new IdsError(fallback, { reason: messageOf(thrown), ...details }, { cause: thrown });
}

export { ERRORS, isErrorCode, type ErrorCode, type ErrorDetails };
