import { IdsError } from '@ids/kernel';
import type { ModelSubject } from '../model.port.js';
import { editBlocks } from './edit-blocks.js';
import { planTask } from './plan-task.js';
import { readPython } from './python/source.js';
import { removeUnusedImports } from './repair.js';

/**
 * The coder's answer in the edit format; plain words where the rules cannot do it to any of the files.
 * @throws IdsError `not_understood`, `file_not_found` if the file to change is not there, `no_changes` if all that
 * was asked for is there already
 */
export function editsOf(subject: ModelSubject): string {
  const repaired = removeUnusedImports(subject);
  if (repaired !== null) return repaired;
  const plan = planTask(subject);
  if (plan.tasks.length === 0) throw new IdsError('not_understood');
  if (plan.files.length === 0) throw new IdsError('file_not_found', { path: subject.missing[0] });
  const blocks = plan.files.map((file) => file.blocks).filter((text) => text !== null);
  if (blocks.length > 0) return `${blocks.join('\n\n')}\n`;
  const obstacles = plan.files.filter(({ obstacle }) => obstacle !== undefined);
  if (obstacles.length === 0) return repeated(subject);
  return `No change.\n${obstacles.map(({ path, obstacle }) => `${path}: ${obstacle ?? ''}.`).join('\n')}\n`;
}

/** Asked to repair what it knows no better way for, it stands by its change: the files as they are by now. */
function repeated({ findings, files }: ModelSubject): string {
  const found = files.find(({ path }) => findings.some((finding) => finding.path === path));
  const source = found === undefined ? null : readPython(found.text);
  const [line = ''] = source?.lines ?? [];
  const same =
    source === null
      ? null
      : editBlocks(found?.path ?? '', source.lines, [{ line: 0, remove: 1, insert: [line] }]);
  if (same === null) throw new IdsError('no_changes');
  return `${same}\n`;
}
