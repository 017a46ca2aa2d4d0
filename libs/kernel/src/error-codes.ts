/** What may stand in the details of an error; it is shown to people, so it holds no secret. */
export type ErrorDetails = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

interface ErrorRule {
  /** `transient`: the same call may succeed later; `never`: it will not. */
  readonly retry: 'never' | 'transient';
  /** The HTTP status when this error answers a request. */
  readonly http: number;
  /** The sentence for the person: what happened and what to do. */
  readonly sentence: (details: ErrorDetails) => string;
}

const never = (http: number, sentence: (d: ErrorDetails) => string): ErrorRule => ({
  retry: 'never',
  http,
  sentence,
});
const transient = (http: number, sentence: (d: ErrorDetails) => string): ErrorRule => ({
  retry: 'transient',
  http,
  sentence,
});

function list(value: ErrorDetails[string], fallback: string): string {
  if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : fallback;
  return value === undefined ? fallback : String(value);
}

/**
 * The one error map of IDS: each stable code with its retry policy, its HTTP status and its sentence.
 * `docs/operations.md` has a row for each of them, which a test checks.
 */
export const ERRORS = {
  // Requests
  invalid_request: never(400, (d) => `The request is not valid: ${list(d['reason'], 'check its fields')}.`),
  unauthorized: never(401, () => 'Send a valid key as "Authorization: Bearer KEY".'),
  admin_unauthorized: never(401, () => 'Log in as "admin" with the password of IDS_ADMIN_PASSWORD.'),
  webhook_unauthorized: never(
    401,
    () => 'The header X-Telegram-Bot-Api-Secret-Token is not the secret of TELEGRAM_WEBHOOK_SECRET.',
  ),
  forbidden_origin: never(
    403,
    (d) =>
      `Requests from ${list(d['origin'], 'there')} are refused: open this server under its own address, and call it from other programs with a key.`,
  ),
  unsupported_media_type: never(415, () => 'Send the body as JSON, with "Content-Type: application/json".'),
  internal_error: never(
    500,
    (d) => `Something broke inside; its log line has the id ${list(d['request'], '')}.`,
  ),
  not_found: never(404, () => 'There is nothing at this address; /docs lists what there is.'),
  payload_too_large: never(
    413,
    (d) => `The request is larger than the limit of ${list(d['limit'], 'the server')}.`,
  ),
  rate_limited: transient(429, (d) => `Too many requests; try again in ${list(d['seconds'], '60')} s.`),
  overloaded: transient(
    503,
    (d) => `Too many requests wait already; try again in ${list(d['seconds'], '5')} s.`,
  ),
  no_worker_answered: transient(
    503,
    () => 'No worker answered in time; check that workers run (ids doctor) and try again.',
  ),
  redis_unavailable: transient(503, () => 'Redis cannot be reached; nothing was accepted, try again soon.'),
  project_exists: never(
    409,
    (d) => `A project named ${list(d['project'], 'so')} exists already; choose another name.`,
  ),
  project_not_found: never(
    404,
    (d) =>
      `There is no project named ${list(d['project'], 'so')}; register it with: ids projects add NAME PATH.`,
  ),
  project_closed: never(
    409,
    (d) =>
      `The project is closed to changes since ${list(d['session'], 'a session')} could not be undone; look at its backups, then reopen it with: ids projects reopen ${list(d['project'], 'NAME')}.`,
  ),
  project_busy: never(
    409,
    (d) => `The project has open sessions (${list(d['sessions'], 'some')}); cancel them first.`,
  ),
  path_not_allowed: never(
    422,
    (d) =>
      `The path ${list(d['path'], 'given')} is not allowed: ${list(d['reason'], 'it lies outside of what may be touched')}.`,
  ),
  not_a_directory: never(
    422,
    (d) => `${list(d['path'], 'The path')} is not a folder; give the folder of a Python project.`,
  ),
  session_not_found: never(
    404,
    (d) => `There is no session ${list(d['session'], 'with this id')}; ids sessions lists them.`,
  ),
  idempotency_conflict: never(
    409,
    () => 'This Idempotency-Key was used with another request; use a new key for a new request.',
  ),
  not_awaiting_approval: never(
    409,
    (d) => `The session does not wait for a decision; it is ${list(d['status'], 'elsewhere')}.`,
  ),
  not_awaiting_guidance: never(
    409,
    (d) => `The session does not wait for guidance; it is ${list(d['status'], 'elsewhere')}.`,
  ),
  not_cancellable: never(
    409,
    (d) => `The session is ${list(d['status'], 'at its end')} and cannot be cancelled.`,
  ),
  not_rollbackable: never(
    409,
    (d) => `Only an applied session can be rolled back; this one is ${list(d['status'], 'not')}.`,
  ),
  backup_gone: never(
    409,
    () =>
      'The backups of this session are gone (BACKUP_RETENTION_DAYS, MAX_BACKUP_SIZE_MB), so it cannot be rolled back.',
  ),
  no_diff: never(404, () => 'The session has no changes to show yet.'),
  nothing_to_validate: never(
    422,
    () => 'There is nothing to validate: name files, or run a session that changes some.',
  ),
  not_a_git_repository: never(
    422,
    (d) =>
      `The folder ${list(d['path'], 'of the project')} is in no git repository that can be compared with (${list(d['reason'], 'there is no .git')}).`,
  ),
  git_failed: never(422, (d) => `git could not read the repository: ${list(d['reason'], 'it failed')}.`),
  change_too_large: never(
    422,
    (d) =>
      `The comparison with HEAD is larger than the limit of ${list(d['limit'], 'what is taken')}; name paths to validate as they stand instead.`,
  ),

  // The project and its files
  file_not_found: never(
    422,
    (d) =>
      `The file ${list(d['path'], 'named')} is not in the project; check the path, relative to the project's folder.`,
  ),
  file_too_large: never(
    422,
    (d) =>
      `The file ${list(d['path'], '')} is larger than the limit of ${list(d['limit'], '')}; split it or leave it out.`,
  ),
  not_utf8: never(
    422,
    (d) =>
      `The file ${list(d['path'], '')} is not UTF-8 and declares no other encoding; convert it or add an encoding cookie (PEP 263).`,
  ),
  encoding_unsupported: never(
    422,
    (d) =>
      `The file ${list(d['path'], '')} declares the encoding ${list(d['encoding'], '')}, which IDS cannot write back unchanged.`,
  ),
  project_vanished: never(
    422,
    (d) => `The project's folder ${list(d['path'], '')} is gone; restore it or register the project again.`,
  ),
  project_read_only: never(
    422,
    (d) => `The project cannot be written (${list(d['path'], '')}); check its permissions.`,
  ),
  disk_full: never(507, () => 'The disk is full; free some space and send the task again.'),
  file_changed: never(
    409,
    (d) => `Files changed while the session worked on them (${list(d['paths'], '')}); send the task again.`,
  ),
  apply_mismatch: never(
    500,
    (d) => `After writing, ${list(d['paths'], 'a file')} was not as intended; all was undone.`,
  ),
  lock_lost: transient(
    503,
    () => 'The lock of the project was lost while writing; the work is taken up again.',
  ),

  // The model
  model_unreachable: never(
    502,
    (d) => `The model cannot be reached (${list(d['reason'], 'no connection')}); check OPENAI_BASE_URL.`,
  ),
  model_unauthorized: never(502, () => 'The model refused the key; check OPENAI_API_KEY.'),
  model_refused: never(
    502,
    (d) => `The model's endpoint refused the request (${list(d['reason'], 'no reason given')}).`,
  ),
  model_timeout: never(
    504,
    (d) => `The model gave no answer within ${list(d['seconds'], 'its time')} s; try again later.`,
  ),
  model_nonsense: never(
    502,
    (d) => `The model's answer could not be used: ${list(d['reason'], 'it had no known form')}.`,
  ),
  budget_exceeded: never(
    402,
    (d) =>
      `The token budget (${list(d['budget'], '')}) would be exceeded; raise ${list(d['setting'], 'IDS_SESSION_TOKEN_BUDGET')} or narrow the task.`,
  ),
  round_failed: never(
    502,
    (d) =>
      `Fewer than half of the parliament answered in round ${list(d['round'], '')}; try again, or check the model.`,
  ),
  not_understood: never(
    422,
    () =>
      'The built-in offline model did not understand this task; it knows: add logging, docstrings or type hints to a file, rename a function. Connect a model for the rest (README, "Connect a model").',
  ),
  edit_not_allowed: never(
    422,
    (d) =>
      `The coder wanted to change ${list(d['paths'], 'files')} that it may not touch: ${list(d['reason'], 'outside of the project')}.`,
  ),
  edit_failed: never(
    422,
    (d) => `The coder's edits could not be applied, also after repairs: ${list(d['reason'], '')}.`,
  ),
  no_changes: never(422, () => 'The coder proposed no change; say more precisely what should be different.'),

  // Stages
  validation_failed: never(
    422,
    (d) => `The change did not pass validation (${list(d['layers'], '')}), also after repairs.`,
  ),
  checker_missing: never(
    422,
    (d) =>
      `The layer ${list(d['layer'], '')} is required but could not run: ${list(d['reason'], 'its tool is missing')}.`,
  ),
  syntax_error: never(
    422,
    (d) =>
      `${list(d['path'], 'The file')} cannot be parsed: ${list(d['reason'], 'invalid syntax')} (line ${list(d['line'], '?')}, column ${list(d['column'], '?')}).`,
  ),
  python_missing: never(
    422,
    () =>
      "No Python >= 3.9 was found, so nothing can be validated; install python3 or set the project's interpreter.",
  ),
  python_failed: transient(
    500,
    (d) => `The Python helper failed: ${list(d['reason'], 'it ended unexpectedly')}.`,
  ),
  python_limit: never(
    422,
    (d) => `Python needed more than its limit of ${list(d['limit'], '')} for ${list(d['path'], 'a file')}.`,
  ),
  deadline_exceeded: never(
    504,
    (d) => `The stage ${list(d['stage'], '')} did not end within ${list(d['seconds'], 'its')} s.`,
  ),
  stage_died: never(
    500,
    (d) =>
      `The workers of the stage ${list(d['stage'], '')} died ${list(d['starts'], 'too many')} times; look at their logs.`,
  ),
  stage_failed: transient(
    500,
    (d) => `The stage ${list(d['stage'], '')} failed unexpectedly (${list(d['reason'], 'see the logs')}).`,
  ),
  session_lost: never(
    410,
    () => 'The session is no longer in Redis (was it emptied?); what it had begun in the project was undone.',
  ),
  cancelled: never(409, () => 'The session was cancelled.'),

  // Rollback
  rollback_conflict: never(
    409,
    (d) =>
      `Files were changed since (${list(d['paths'], '')}); nothing was touched. Move your edits away, then roll back again.`,
  ),
  rollback_failed: never(
    500,
    (d) =>
      `The rollback could not succeed: ${list(d['reason'], 'see the logs')}. The backups are kept in ${list(d['backups'], '.ids/backups')}.`,
  ),
  manifest_invalid: never(
    500,
    (d) => `The manifest ${list(d['path'], '')} cannot be read; undo by hand from the backups beside it.`,
  ),
} as const satisfies Record<string, ErrorRule>;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}
