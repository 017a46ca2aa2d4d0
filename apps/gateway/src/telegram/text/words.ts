import type { AgentRole, LayerResult, SessionStatus } from '@ids/contracts';

/** What a session does, as its progress says it. */
export const STAGE_WORDS: Readonly<Record<SessionStatus, string>> = {
  queued: 'waits for a worker',
  deliberating: 'the parliament deliberates',
  awaiting_guidance: 'waits for your guidance',
  generating: 'the coder writes',
  validating: 'the change is checked on a copy',
  awaiting_approval: 'waits for your decision',
  applying: 'backups are made and the change is written',
  rolling_back: 'every file is brought back to what it was',
  applied: 'done',
  answered: 'answered',
  rolled_back: 'undone',
  cancelled: 'cancelled',
  rollback_failed: 'the rollback failed',
};

/** One mark for each way a session can stand; the same at its progress and at its outcome. */
export const STATUS_MARKS: Readonly<Record<SessionStatus, string>> = {
  queued: '⏳',
  deliberating: '⏳',
  awaiting_guidance: '🧭',
  generating: '⏳',
  validating: '⏳',
  awaiting_approval: '⚠️',
  applying: '⏳',
  rolling_back: '⏳',
  applied: '✅',
  answered: '💬',
  rolled_back: '↩️',
  cancelled: '🚫',
  rollback_failed: '🆘',
};
/** A session that failed is rolled back too, but nobody asked for that. */
export const FAILED_MARK = '❌';

export const ROLE_WORDS: Readonly<Record<AgentRole, string>> = {
  developer_progressive: 'Developer, progressive',
  developer_critic: 'Developer, critic',
  architect_progressive: 'Architect, progressive',
  architect_critic: 'Architect, critic',
  sre_progressive: 'SRE, progressive',
  sre_critic: 'SRE, critic',
  generalist: 'Generalist',
};

export const LAYER_MARKS: Readonly<Record<LayerResult['status'], string>> = {
  passed: '✅',
  failed: '❌',
  warnings: '⚠️',
  skipped: '➖',
};

/** `1 file`, `2 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A duration in milliseconds as people say it: `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function tokens(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'token' : 'tokens'}`;
}

export const score = (value: number): string => `${Math.round(value)}`;

/** On one line and no longer than that; no character is cut in two. */
export function shortened(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= most) return line;
  return `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A path whose end, which tells the most, is kept. */
export function shortPath(path: string, most: number): string {
  if (path.length <= most) return path;
  return `…${path.slice(1 - most).replace(/^[\udc00-\udfff]/, '')}`;
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
