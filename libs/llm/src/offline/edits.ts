import { IdsError } from '@ids/kernel';
import type { ModelSubject } from '../model.port.js';
import { planTask } from './plan-task.js';
import { removeUnusedImports } from './repair.js';

/**
 * The coder's answer in the edit format, or plain words where there is nothing to change.
 * @throws IdsError `not_understood`, or `file_not_found` if the file to change is not there
 */
export function editsOf(subject: ModelSubject): string {
  const repaired = removeUnusedImports(subject);
  if (repaired !== null) return repaired;
  const plan = planTask(subject);
  if (plan.tasks.length === 0) throw new IdsError('not_understood');
  if (plan.files.length === 0) throw new IdsError('file_not_found', { path: subject.missing[0] });
  const blocks = plan.files.map((file) => file.blocks).filter((text) => text !== null);
  if (blocks.length > 0) return `${blocks.join('\n\n')}\n`;
  const reasons = plan.files.map(
    ({ path, obstacle }) => `${path}: ${obstacle ?? 'what was asked for is there already'}.`,
  );
  return `No change.\n${reasons.join('\n')}\n`;
}
