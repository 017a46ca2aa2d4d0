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
  rolled_back: 'rolled back',
  cancelled: 'cancelled',
  rollback_failed: 'the rollback failed',
};

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

/** A duration as people say it: `42 s`, `3 min 5 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export const score = (value: number): string => `${Math.round(value)}`;
