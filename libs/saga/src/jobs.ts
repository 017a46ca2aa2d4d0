import { CONTRACT_VERSION, SPECIALISTS, type JobRequest, type Stage } from '@ids/contracts';
import type { SessionId } from '@ids/kernel';

type StepJob = 'round' | 'synthesis' | 'generation' | 'validation' | 'application';

/** The job that carries a step; its id says which, so that asking twice is asking once. */
export function stepJob(name: StepJob, sessionId: SessionId, step: number): JobRequest {
  return {
    name,
    id: `${name}-${sessionId}-${step}`,
    data: { sessionId, step, contractVersion: CONTRACT_VERSION },
  };
}

/** One job for each specialist, so that they spread over workers. */
export function opinionJobs(sessionId: SessionId, step: number): JobRequest[] {
  return SPECIALISTS.map((role) => ({
    name: 'opinion',
    id: `opinion-${sessionId}-${step}-${role}`,
    data: { sessionId, step, role, contractVersion: CONTRACT_VERSION },
  }));
}

/** One id for all three triggers. */
export function rollbackJob(sessionId: SessionId): JobRequest {
  return {
    name: 'rollback',
    id: `rollback-${sessionId}`,
    data: { sessionId, contractVersion: CONTRACT_VERSION },
  };
}

const STAGE_OF: Partial<Record<JobRequest['name'], Stage>> = {
  round: 'deliberation',
  opinion: 'deliberation',
  synthesis: 'deliberation',
  generation: 'generation',
  validation: 'validation',
  application: 'application',
  rollback: 'rollback',
};

/** The stage that a job does the work of; undefined for jobs that belong to no session. */
export function stageOf(name: JobRequest['name']): Stage | undefined {
  return STAGE_OF[name];
}
