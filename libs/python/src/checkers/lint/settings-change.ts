import { posix } from 'node:path';
import { resolveInside } from '../../files.js';
import type { StagedFiles } from '../../python.service.js';
import { SETTINGS_FILES } from './configuration.js';
import type { ReadSettings } from './settings.js';

const NOTE = "the change alters ruff's settings; it is judged under those before it";

/**
 * A change is judged under the settings that it found, before and after it: so it cannot loosen its own judgement,
 * and code is not blamed for a rule that the change switches on. That is said where it makes a difference.
 */
export async function settingsChangeNote(
  root: string,
  staged: StagedFiles | undefined,
  readSettings: ReadSettings,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const paths = [...Object.keys(staged?.added ?? {}), ...(staged?.removed ?? [])];
  for (const path of paths.filter(isSettingsFile)) {
    const place = staged?.added[path];
    const after = place === undefined ? null : await tableIn(place);
    const before = await resolveInside(root, path).then(
      ({ file }) => tableIn(file),
      () => null,
    );
    if (JSON.stringify(before) !== JSON.stringify(after)) return [NOTE];
  }
  return [];

  async function tableIn(file: string): Promise<unknown> {
    return (await readSettings(file, signal)).table;
  }
}

function isSettingsFile(path: string): boolean {
  const names: readonly string[] = SETTINGS_FILES;
  return names.includes(posix.basename(path));
}
