import { isVote, type Opinion } from '@ids/contracts';
import { ERRORS, IdsError, isErrorCode, type ErrorCode } from '@ids/kernel';

/** The error of a round in which fewer than half voted: what all failures have in common, if they do. */
export function failedRound(round: number, opinions: readonly Opinion[]): IdsError {
  const failures = opinions.flatMap((opinion) => (isVote(opinion) ? [] : [opinion.error]));
  const [first] = failures;
  const shared = first !== undefined && failures.every((failure) => failure.code === first.code);
  if (!shared || !isErrorCode(first.code)) return new IdsError('round_failed', { round });
  return new IdsError(first.code, { round, ...detailOf(first.code, first.message) });
}

/** An opinion keeps an error's sentence only; the detail in it is taken out again to stand in the new one. */
function detailOf(code: ErrorCode, message: string): Record<string, string> {
  const key = code === 'model_timeout' ? 'seconds' : 'reason';
  const gap = '\u0000';
  const [before = '', after] = ERRORS[code].sentence({ [key]: gap }).split(gap);
  if (after === undefined || !message.startsWith(before) || !message.endsWith(after)) return {};
  return { [key]: message.slice(before.length, message.length - after.length) };
}
