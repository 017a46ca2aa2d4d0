import type { Style } from './style.js';
import { clean } from './text.js';

/** A unified diff in colours. For a terminal: other programs need it as it came. */
export function renderDiff(diff: string, { colors }: Style): string[] {
  const lines = clean(diff).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => {
    if (/^(diff |index |--- |\+\+\+ |new file|deleted file|rename |similarity )/.test(line)) {
      return colors.bold(line);
    }
    if (line.startsWith('@@')) return colors.cyan(line);
    if (line.startsWith('+')) return colors.green(line);
    if (line.startsWith('-')) return colors.red(line);
    return line;
  });
}
