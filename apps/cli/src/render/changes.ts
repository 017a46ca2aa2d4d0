import type { Change } from '@ids/contracts';
import type { Style } from './style.js';
import { cleanLine } from './text.js';

/** The changed files, each with what was added and removed and where its backup lies. */
export function renderChanges(changes: readonly Change[], style: Style): string[] {
  const { colors } = style;
  return changes.flatMap((change) => {
    const from = change.from === undefined ? '' : `${cleanLine(change.from)} → `;
    const counts = `${colors.green(`+${change.added}`)} ${colors.red(`-${change.removed}`)}`;
    const line = `  ${change.operation} ${from}${cleanLine(change.path)} ${counts}`;
    if (change.backup === null) return [line];
    return [line, colors.dim(`    backup ${cleanLine(change.backup)}`)];
  });
}
