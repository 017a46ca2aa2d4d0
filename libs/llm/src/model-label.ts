import type { ModelSettings } from '@ids/config';

export const OFFLINE_LABEL = 'offline model (built in, rule-based)';

/** The model as people see it: by its name, or by role where the roles differ. */
export function modelLabel(settings: ModelSettings): string {
  if (settings.provider === 'offline') return OFFLINE_LABEL;
  const { generalist = '', specialist = '', coder = '' } = settings;
  if (generalist === specialist && specialist === coder) return coder;
  return `${generalist} (generalist), ${specialist} (specialists), ${coder} (coder)`;
}
