import type { DecisionAction, Session } from '@ids/contracts';
import { adviceFor } from './advice.js';
import { answerParts } from './answer.js';
import { layerLines } from './layers.js';
import { changeLines, undoneLines, findingLines } from './lists.js';
import { code, own, prose, type Part } from './rich-text.js';
import { duration, FAILED_MARK, score, shortened, STATUS_MARKS, tokens } from './words.js';

const MAX_TASK = 160;
/** A task longer than this is not worth to be copied from a message. */
const MAX_AGAIN = 160;
const MAX_MESSAGE = 400;
const MAX_APPROACH = 400;
const MAX_DISAGREEMENT = 250;
const MAX_MODEL = 80;

/** What a session came to, or what it asks its person; null while it goes on by itself. */
export function outcomeText(session: Session): Part[] | null {
  switch (session.status) {
    case 'applied':
      return session.error === undefined ? appliedText(session) : notUndoneText(session);
    case 'answered':
      return answeredText(session);
    case 'rolled_back':
      return session.error === undefined ? undoneText(session) : failedText(session);
    case 'cancelled':
      return cancelledText(session);
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

function headline(words: string, { task, status }: Session, mark = STATUS_MARKS[status]): Part[] {
  return [own(`${mark} ${words}`, 'bold'), own(': '), prose(shortened(task, MAX_TASK)), own('\n')];
}

function appliedText(session: Session): Part[] {
  const { changes, project } = session;
  const backup = changes.find((change) => change.backup !== null)?.backup;
  return [
    ...headline('Done', session),
    ...agreement(session),
    own('\nChanged in ', 'bold'),
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

/** An undo that was refused leaves the session applied. */
function notUndoneText(session: Session): Part[] {
  return [
    ...headline('Not undone', session, '⚠️'),
    own('\n'),
    ...errorParts(session),
    own('\nThe change is still in '),
    code(session.project),
    own('.\n'),
    ...errorCode(session),
  ];
}

function answeredText(session: Session): Part[] {
  const { decision } = session;
  return [
    ...headline('Answer', session),
    own('\n'),
    ...(decision === undefined ? [own('The parliament gave no answer.')] : answerParts(decision.approach)),
    own('\n'),
    ...agreement(session),
    ...foot(session),
  ];
}

function undoneText(session: Session): Part[] {
  const { changes, project } = session;
  return [
    ...headline('Undone', session),
    own('\nAll files of '),
    code(project),
    own(changes.length === 0 ? ' are as before.' : ' are as before:\n'),
    ...undoneLines(changes),
  ];
}

function cancelledText(session: Session): Part[] {
  return [
    ...headline('Cancelled', session),
    own('\nNothing of it is left in '),
    code(session.project),
    own('.'),
  ];
}

function failedText(session: Session): Part[] {
  const { error, validation, kind, task } = session;
  const failed = validation.filter(({ status }) => status === 'failed');
  // Only the application writes into the project.
  const written = error?.stage === 'application' || error?.stage === 'rollback';
  const command = `${kind === 'ask' ? '/ask' : '/code'} ${task}`;
  return [
    ...headline('Not done', session, FAILED_MARK),
    own('\nIt failed in '),
    own(error?.stage ?? 'the session', 'bold'),
    own('. '),
    ...errorParts(session),
    ...findingLines(failed.flatMap(({ findings }) => findings)),
    own(`\n${written ? 'All files are as before.' : 'Nothing was changed.'}\n`, 'bold'),
    own(`\n${adviceFor(error?.code ?? '')}\n`),
    ...(command.length > MAX_AGAIN ? [] : [code(command), own('\n')]),
    ...errorCode(session),
  ];
}

function stuckText(session: Session): Part[] {
  return [
    ...headline('The rollback failed', session),
    own('\n'),
    ...errorParts(session),
    own('\nNothing is lost: the backups are kept, and '),
    code(session.project),
    own(' takes no further changes until a person has looked. Please tell your operator.\n'),
    ...errorCode(session),
  ];
}

function errorParts({ error }: Session): Part[] {
  return [prose(shortened(error?.message ?? 'The reason is not known.', MAX_MESSAGE)), own('\n')];
}

function errorCode({ error, id }: Session): Part[] {
  return [own('\nError code '), code(error?.code ?? 'unknown'), own('\n'), code(id)];
}

const ACTION_WORDS: Readonly<Record<DecisionAction, string>> = {
  proceed: 'Yes writes it as it is',
  fix: 'Fix sends it back to the coder',
  cancel: 'Cancel leaves everything as it was',
};

function approvalText(session: Session): Part[] {
  const { id, pending, validation, changes, project } = session;
  const findings = validation.flatMap((layer) => layer.findings);
  const actions = pending?.kind === 'approval' ? pending.actions : [];
  return [
    ...headline('Your decision', session),
    own('\n'),
    prose(shortened(pending?.reason ?? '', MAX_MESSAGE)),
    own('\n'),
    ...(findings.length === 0 ? layerLines(validation) : findingLines(findings)),
    own('\nNot written yet, in ', 'bold'),
    code(project),
    own('\n'),
    ...changeLines(changes),
    own(`\n${actions.map((action) => `${ACTION_WORDS[action]}.`).join(' ')}\nSee the change first: `),
    code(`/diff ${id}`),
  ];
}

function guidanceText(session: Session): Part[] {
  const { pending } = session;
  const disagreements = pending?.kind === 'guidance' ? pending.disagreements.slice(0, 3) : [];
  return [
    ...headline('The parliament needs you', session),
    own('\n'),
    prose(shortened(pending?.reason ?? 'It came to no agreement.', MAX_MESSAGE)),
    own('\n'),
    ...(disagreements.length === 0 ? [] : [own('\nWhat divides it\n', 'bold')]),
    ...disagreements.flatMap((line) => [own('• '), prose(shortened(line, MAX_DISAGREEMENT)), own('\n')]),
    own('\nSay what matters to you, for example\n'),
    own('/continue keep the public names as they are', 'code'),
    own('\nor end it: /cancel'),
  ];
}

function agreement({ decision }: Session): Part[] {
  if (decision === undefined) return [];
  const { avgConfidence, maxRisk } = decision.merged;
  const numbers = `confidence ${score(avgConfidence)} %, risk at most ${score(maxRisk)} %.\n`;
  if (decision.kind === 'answer') return [own(`\nThe parliament, round ${decision.round}: ${numbers}`)];
  return [
    own(`\nThe parliament agreed in round ${decision.round}: ${numbers}`),
    prose(shortened(decision.approach, MAX_APPROACH)),
    own('\n'),
  ];
}

function checks({ validation }: Session): Part[] {
  return validation.length === 0 ? [] : [own('\nChecks\n', 'bold'), ...layerLines(validation)];
}

function foot({ id, usage, model, createdAt, updatedAt }: Session): Part[] {
  const spent = duration(Date.parse(updatedAt) - Date.parse(createdAt));
  return [
    own(`\n${spent}, ${tokens(usage.totalTokens)}, `),
    prose(shortened(model, MAX_MODEL)),
    own('\n'),
    code(id),
  ];
}
