import type { Change, Finding, Session } from '@ids/contracts';
import { layerLine, shortened } from './progress.js';
import { code, own, prose, type Part } from './rich-text.js';
import { counted, duration, score } from './words.js';

const MAX_TASK = 300;
const MAX_FILES = 30;
const MAX_FINDINGS = 8;
const MAX_MESSAGE = 300;
const MAX_APPROACH = 700;

const MARKS: Readonly<Record<Change['operation'], string>> = {
  create: 'new',
  modify: 'changed',
  delete: 'deleted',
  rename: 'renamed',
};

/** What a session came to, or what it asks its person; null while it goes on by itself. */
export function outcomeText(session: Session): Part[] | null {
  switch (session.status) {
    case 'applied':
      return appliedText(session);
    case 'answered':
      return answeredText(session);
    case 'rolled_back':
      return session.error === undefined ? undoneText(session) : failedText(session);
    case 'cancelled':
      return [...headline('🚫', 'Cancelled', session), own('\nNothing of it is left in the project.')];
    case 'rollback_failed':
      return stuckText(session);
    case 'awaiting_approval':
      return approvalText(session);
    case 'awaiting_guidance':
      return guidanceText(session);
    default:
      return null;
  }
}

function headline(mark: string, words: string, { task }: Session): Part[] {
  return [own(`${mark} ${words}`, 'bold'), own(': '), prose(shortened(task, MAX_TASK)), own('\n')];
}

function appliedText(session: Session): Part[] {
  const { changes, project } = session;
  const backup = changes.find((change) => change.backup !== null)?.backup;
  return [
    ...headline('✅', 'Done', session),
    ...agreement(session),
    own(`\nChanges in `),
    code(project),
    own('\n'),
    ...changeLines(changes),
    ...checks(session),
    ...(typeof backup === 'string' ? [own('\nBackup: '), code(folderOf(backup)), own('\n')] : []),
    ...foot(session),
  ];
}

/** The folder of a session's backups: `.ids/backups/SESSION`. */
function folderOf(backup: string): string {
  return backup.split('/').slice(0, 3).join('/');
}

function answeredText(session: Session): Part[] {
  return [
    ...headline('💬', 'Answer', session),
    own('\n'),
    prose(session.decision?.approach ?? 'The parliament gave no answer.'),
    own('\n'),
    ...agreement(session),
    ...foot(session),
  ];
}

function undoneText(session: Session): Part[] {
  return [
    ...headline('↩️', 'Undone', session),
    own('\nAll files are as before:\n'),
    ...changeLines(session.changes),
  ];
}

function failedText(session: Session): Part[] {
  const { error, changes, validation } = session;
  const touched = changes.some(({ backup }) => backup !== null);
  const failed = validation.filter(({ status }) => status === 'failed');
  return [
    ...headline('❌', 'Not done', session),
    own('\nIt failed in '),
    own(error?.stage ?? 'the session', 'bold'),
    own(': '),
    prose(shortened(error?.message ?? '', MAX_MESSAGE)),
    own(`\n${touched ? 'All files are as before.' : 'Nothing was changed.'}\n`),
    ...failed.flatMap(({ findings }) => findingLines(findings)),
    own('\nError code '),
    code(error?.code ?? 'unknown'),
    own('. Try again with /code, say more precisely what you want, or name the files.'),
  ];
}

function stuckText(session: Session): Part[] {
  return [
    ...headline('🆘', 'The rollback failed', session),
    own('\n'),
    prose(shortened(session.error?.message ?? '', MAX_MESSAGE)),
    own('\nNothing is lost: the backups are kept, and the project '),
    code(session.project),
    own(' takes no further changes until a person has looked. Please tell your operator this session: '),
    code(session.id),
  ];
}

function approvalText(session: Session): Part[] {
  const findings = session.validation.flatMap((layer) => layer.findings);
  return [
    ...headline('⚠️', 'Your decision', session),
    own('\n'),
    prose(session.pending?.reason ?? ''),
    own('\n'),
    ...findingLines(findings),
    own('\nChanges, not written yet:\n'),
    ...changeLines(session.changes),
    own('\nYes writes it as it is, Fix gives the findings back to the coder, Cancel leaves all as it was.'),
  ];
}

function guidanceText(session: Session): Part[] {
  const { pending } = session;
  const disagreements = pending?.kind === 'guidance' ? pending.disagreements.slice(0, 3) : [];
  return [
    ...headline('🧭', 'The parliament needs you', session),
    own('\n'),
    prose(pending?.reason ?? ''),
    own('\n'),
    ...disagreements.flatMap((line) => [own('• '), prose(shortened(line, MAX_MESSAGE)), own('\n')]),
    own('\nSay what matters to you: '),
    own('/continue keep the public names as they are', 'code'),
    own('\nOr end it with /cancel.'),
  ];
}

function agreement({ decision }: Session): Part[] {
  if (decision === undefined) return [];
  const { avgConfidence, maxRisk } = decision.merged;
  const text = `The parliament agreed in round ${decision.round}: confidence ${score(avgConfidence)} %, risk at most ${score(maxRisk)} %.\n`;
  if (decision.kind === 'answer') return [own(`\n${text}`)];
  return [own(text), prose(shortened(decision.approach, MAX_APPROACH)), own('\n')];
}

function changeLines(changes: readonly Change[]): Part[] {
  const shown = changes.slice(0, MAX_FILES);
  const more = changes.length - shown.length;
  return [
    ...shown.flatMap(({ path, operation, from, added, removed }) => [
      own('• '),
      code(path),
      own(` ${MARKS[operation]}`),
      ...(from === undefined ? [] : [own(' from '), code(from)]),
      own(` +${added} −${removed}\n`),
    ]),
    ...(more > 0 ? [own(`… and ${counted(more, 'more file')}\n`)] : []),
  ];
}

function checks({ validation }: Session): Part[] {
  if (validation.length === 0) return [];
  return [own('\nChecks\n'), ...validation.flatMap(layerLine)];
}

function findingLines(findings: readonly Finding[]): Part[] {
  const shown = findings.slice(0, MAX_FINDINGS);
  const more = findings.length - shown.length;
  return [
    ...shown.flatMap(({ path, line, code: kind, message }) => [
      own('• '),
      code(line > 0 ? `${path}:${line}` : path),
      own(' '),
      code(kind),
      own(' '),
      prose(shortened(message, MAX_MESSAGE)),
      own('\n'),
    ]),
    ...(more > 0 ? [own(`… and ${counted(more, 'more finding')}\n`)] : []),
  ];
}

function foot({ id, usage, model, createdAt, updatedAt }: Session): Part[] {
  const spent = duration(Date.parse(updatedAt) - Date.parse(createdAt));
  return [
    own(`\n${spent}, ${usage.totalTokens.toLocaleString('en')} tokens, `),
    prose(model),
    own('\n'),
    code(id),
  ];
}
