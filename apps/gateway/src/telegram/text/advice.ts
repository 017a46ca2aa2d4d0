import { isErrorCode, type ErrorCode } from '@ids/kernel';

const LATER =
  'Your task is not at fault. Try again in a few minutes; if it stays so, tell your operator the error code.';
const OPERATOR = 'Your task is not at fault. Tell your operator, and send it again once that is put right.';
const SMALLER = 'Ask for less at once: one file, or one function.';
const PATH = "Check the path: it is relative to the project's folder, as in app/vessel.py.";
const REPAIR = 'Repair that file first, then send the task again.';

/** What a person can do in a chat about the error that ended a session. */
const ADVICE: Readonly<Partial<Record<ErrorCode, string>>> = {
  model_unreachable: LATER,
  model_timeout: LATER,
  round_failed: LATER,
  lock_lost: LATER,
  python_failed: LATER,
  stage_failed: LATER,
  stage_died: OPERATOR,
  model_unauthorized: OPERATOR,
  model_refused: OPERATOR,
  checker_missing: OPERATOR,
  python_missing: OPERATOR,
  project_vanished: OPERATOR,
  project_read_only: OPERATOR,
  project_closed: OPERATOR,
  disk_full: OPERATOR,
  budget_exceeded: SMALLER,
  python_limit: SMALLER,
  file_too_large: SMALLER,
  deadline_exceeded: 'The model may be slow today: try later. Or ask for less at once.',
  model_nonsense: 'Try again; models err by chance too. If it stays so, ask for less at once.',
  edit_failed: 'Try again and name the file and the function to change, or ask for less at once.',
  validation_failed: 'Say in the task what is to stay as it is, or ask for less at once.',
  no_changes: 'Name the file, and say what its code should do afterwards.',
  not_understood: 'Ask for one of these, with the path of the file.',
  edit_not_allowed: 'Name the files that may change. Those outside of the project never may.',
  file_not_found: PATH,
  path_not_allowed: PATH,
  not_utf8: REPAIR,
  encoding_unsupported: REPAIR,
  syntax_error: REPAIR,
  file_changed: 'Send the task again: it begins with the files as they are now.',
  apply_mismatch: 'Something else wrote to these files meanwhile. Send the task again when that is over.',
};
const ELSE = 'Send it again. If it fails once more, tell your operator the error code and the session.';

export function adviceFor(code: string): string {
  return (isErrorCode(code) ? ADVICE[code] : undefined) ?? ELSE;
}
