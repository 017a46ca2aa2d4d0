import type { ErrorCode, IdsError } from '@ids/kernel';
import { code, own, prose, type Part } from './rich-text.js';
import { shortened } from './words.js';

const MAX_SENTENCE = 600;

/** Sentences for a chat, where those of the error map name commands of a command line. */
const IN_CHAT: Readonly<Partial<Record<ErrorCode, (details: IdsError['details']) => Part[]>>> = {
  project_not_found: ({ project }) => [
    own('There is no project named '),
    code(shortened(String(project ?? ''), 80)),
    own('. /list_projects shows those that there are.'),
  ],
  project_closed: ({ session }) => [
    own('The project takes no changes since '),
    code(String(session ?? 'a session')),
    own(' could not be undone. Your operator looks at its backups, and opens it again with '),
    own('ids projects reopen', 'code'),
    own('.'),
  ],
  project_busy: ({ sessions }) => [
    own('Tasks of the project are not at their end: '),
    code(Array.isArray(sessions) ? sessions.slice(0, 5).join(', ') : 'some'),
    own('. Cancel them first: /cancel'),
  ],
  session_not_found: ({ session }) => [
    own('There is no session '),
    code(shortened(String(session ?? ''), 80)),
    own('. /history shows the latest of the project.'),
  ],
  no_worker_answered: () => [
    own('No worker answered in time. Try again; if it stays so, tell your operator the error code.'),
  ],
  not_cancellable: ({ status }) => [
    own(`That task is at its end (${String(status ?? 'over')}) and cannot be cancelled.`),
    ...(status === 'applied' ? [own(' To undo it: /rollback')] : []),
  ],
  nothing_to_validate: () => [
    own('There is nothing to check yet. Name files, as in '),
    own('/validate app/vessel.py', 'code'),
    own(', or change some with /code.'),
  ],
  redis_unavailable: () => [own('The memory of IDS is away for a moment. Try again soon.')],
};

/** What went wrong and what to do, with the code that an operator knows. */
export function errorParts(error: IdsError): Part[] {
  const sentence = IN_CHAT[error.code]?.(error.details) ?? [prose(shortened(error.message, MAX_SENTENCE))];
  return [own('⚠️ '), ...sentence, own('\n'), code(error.code)];
}

/** The same for the moment that a button's answer is seen; no look, and at most 200 characters. */
export function errorLine(error: IdsError): string {
  return shortened(
    (IN_CHAT[error.code]?.(error.details) ?? [prose(error.message)]).map(({ text }) => text).join(''),
    190,
  );
}

/** For what was not thrown on purpose: its log line has this id. */
export function brokenParts(id: string): Part[] {
  return [
    own('⚠️ Something broke inside. If it happens again, tell your operator this id: '),
    code(id),
    own('\n'),
    code('internal_error'),
  ];
}
