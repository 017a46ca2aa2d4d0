import { isSessionId, IdsError, type SessionId } from '@ids/kernel';
import { StandardSchemaValidationPipe, type PipeTransform } from '@nestjs/common';

type Issue = Parameters<
  NonNullable<NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>['exceptionFactory']>
>[0][number];

/** An answer quotes no more than this of what was sent. */
const MAX_ISSUES = 10;
const MAX_ISSUE_LENGTH = 200;

/** Parses what a parameter's `schema` describes; every issue is named by its field. */
export function requestValidation(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const found = issues.slice(0, MAX_ISSUES).map(describeIssue);
      return new IdsError('invalid_request', { reason: found.join('; '), issues: found });
    },
  });
}

function describeIssue({ path, message }: Issue): string {
  const field = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  const text = field === '' ? message : `${field}: ${message}`;
  return text.length > MAX_ISSUE_LENGTH ? `${text.slice(0, MAX_ISSUE_LENGTH)}…` : text;
}

/** A session id from the address; what has not its form names no session. */
export class SessionIdPipe implements PipeTransform<string, SessionId> {
  transform(text: string): SessionId {
    if (!isSessionId(text)) throw new IdsError('session_not_found', { session: text.slice(0, 64) });
    return text;
  }
}
