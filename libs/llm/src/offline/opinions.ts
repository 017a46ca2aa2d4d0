import type { AgentRole, Cross } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import type { ModelSubject } from '../model.port.js';
import { answerOf } from './answer.js';
import { planTask, type TaskPlan } from './plan-task.js';
import { wordsFor, type KnownTask } from './task.js';
import { capitalized, listed } from './words.js';
import { VIEWS } from './views.js';

/** How each role leans from the common numbers: a progressive one is surer, a critic sees more risk. */
const LEANINGS: Readonly<Record<AgentRole, { confidence: number; risk: number; outcome: number }>> = {
  developer_progressive: { confidence: 4, risk: -6, outcome: 3 },
  developer_critic: { confidence: -2, risk: 4, outcome: -2 },
  architect_progressive: { confidence: 2, risk: -4, outcome: 2 },
  architect_critic: { confidence: -3, risk: 6, outcome: -3 },
  sre_progressive: { confidence: 1, risk: -2, outcome: 4 },
  sre_critic: { confidence: -4, risk: 8, outcome: -1 },
  generalist: { confidence: 0, risk: 0, outcome: 1 },
};

/**
 * One role's vote on a task, by rules.
 * @throws IdsError `not_understood` for a change that no rule knows, so that its session ends early and says why
 */
export function opinionOf(role: AgentRole, subject: ModelSubject): Cross {
  if (subject.kind === 'ask') return ofQuestion(role, subject);
  const plan = planTask(subject);
  if (plan.tasks.length === 0) throw new IdsError('not_understood');
  return ofChange(role, subject, plan);
}

function ofQuestion(role: AgentRole, subject: ModelSubject): Cross {
  const honest =
    'This answer comes from the built-in offline model, which lists what it sees and does not reason.';
  return vote(role, { confidence: 80, risk: 12, outcome: 78 }, answerOf(subject), [honest]);
}

function ofChange(role: AgentRole, subject: ModelSubject, plan: TaskPlan): Cross {
  const [task] = plan.tasks;
  const possible = plan.files.filter(({ blocks }) => blocks !== null);
  const obstacles = obstaclesOf(subject, plan);
  if (task !== undefined && possible.length === 0 && obstacles.length === 0) {
    // The coder will say so too; there is nothing to ask a person about.
    return vote(role, { confidence: 88, risk: 10, outcome: 88 }, 'What was asked for is there already.', []);
  }
  if (task === undefined || possible.length === 0) {
    const approach = `${capitalized(listed(plan.tasks.map(wordsFor)))}: not possible as things are. ${obstacles.join(' ')}`;
    return vote(role, { confidence: 30, risk: 55, outcome: 25 }, approach, obstacles);
  }
  const deeds = possible.map(({ path, summary }) => `in ${path}, ${summary}`);
  const { approach, concerns } = viewOf(role, task);
  const numbers =
    obstacles.length === 0
      ? { confidence: 88, risk: 16, outcome: 88 }
      : { confidence: 82, risk: 24, outcome: 80 };
  const text = [`${capitalized(deeds.join('; '))}.`, approach, ...reachOf(subject, task)].join(' ');
  return vote(role, numbers, text, [...obstacles, ...concerns]);
}

/** A new name reaches the files that import the old one: naming them brings them before the coder. */
function reachOf({ related }: ModelSubject, task: KnownTask): string[] {
  if (task.kind !== 'rename' || related.length === 0) return [];
  return [`The name is to be followed into ${listed(related)}.`];
}

function viewOf(role: AgentRole, task: KnownTask): { approach: string; concerns: readonly string[] } {
  return VIEWS[task.kind][role];
}

/** Why a file that was asked for cannot be changed. */
function obstaclesOf({ missing }: ModelSubject, { files }: TaskPlan): string[] {
  return [
    ...missing.map((path) => `${path} is not in the project.`),
    ...files
      .filter(({ obstacle }) => obstacle !== undefined)
      .map(({ path, obstacle }) => `${path} cannot be changed: ${obstacle ?? ''}.`),
    ...(files.length === 0 && missing.length === 0 ? ['No Python file was named.'] : []),
  ];
}

function vote(
  role: AgentRole,
  base: { confidence: number; risk: number; outcome: number },
  approach: string,
  concerns: readonly string[],
): Cross {
  const leaning = LEANINGS[role];
  return {
    confidence: base.confidence + leaning.confidence,
    risk: base.risk + leaning.risk,
    outcome: base.outcome + leaning.outcome,
    approach,
    concerns: [...concerns],
  };
}
