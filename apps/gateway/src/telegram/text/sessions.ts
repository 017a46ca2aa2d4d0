import type { Session } from '@ids/contracts';
import { block, code, own, prose, type Part } from './rich-text.js';
import { FAILED_MARK, shortened, STAGE_WORDS, STATUS_MARKS } from './words.js';

const MAX_TASK = 100;
/** As much as fits into a message with what stands around it (4,096 characters). */
const MAX_DIFF = 3_300;

/** `2026-01-01 12:30` (UTC) */
export function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

export function markOf({ status, error }: Pick<Session, 'status' | 'error'>): string {
  return status === 'rolled_back' && error !== undefined ? FAILED_MARK : STATUS_MARKS[status];
}

export function standOf({ status, error }: Pick<Session, 'status' | 'error'>): string {
  return status === 'rolled_back' && error !== undefined ? 'not done' : STAGE_WORDS[status];
}

/** The latest sessions of a project, newest first. */
export function historyParts(project: string, sessions: readonly Session[]): Part[] {
  if (sessions.length === 0)
    return [own('Nothing was asked of '), code(project), own(' yet. Begin with /code or /ask.')];
  return [
    own('The latest of ', 'bold'),
    code(project),
    own(', times in UTC\n'),
    ...sessions.flatMap((session) => [
      own(`\n${markOf(session)} `),
      prose(shortened(session.task, MAX_TASK)),
      own(`\n${standOf(session)}, ${minute(session.createdAt)}\n`),
      code(session.id),
      own('\n'),
    ]),
  ];
}

/** What a session changed; a diff that is too long for a message goes with it as a document. */
export function diffLetter(
  { id, task, status }: Session,
  diff: string,
): { parts: Part[]; document?: { name: string; content: string } } {
  const head = [own('Diff', 'bold'), own(': '), prose(shortened(task, MAX_TASK)), own('\n')];
  const foot = [
    own(status === 'applied' ? '\nUndo brings every file back: ' : '\n'),
    code(status === 'applied' ? `/rollback ${id}` : id),
  ];
  if (diff.length > MAX_DIFF)
    return { parts: [...head, ...foot], document: { name: `${id}.diff`, content: diff } };
  return { parts: [...head, block(diff, 'diff'), ...foot] };
}
