import { code, own, type Part } from './rich-text.js';
import { counted, tokens } from './words.js';

export interface Sum {
  readonly sessions: number;
  readonly tokens: number;
}

export interface UsageNumbers {
  readonly where: string;
  readonly here: Sum;
  readonly project: (Sum & { readonly name: string }) | undefined;
  readonly today: number;
  readonly dailyBudget: number | undefined;
}

export function usageParts({ where, here, project, today, dailyBudget }: UsageNumbers): Part[] {
  return [
    own('Tokens of the model\n\n', 'bold'),
    own(`This ${where}: ${tokens(here.tokens)} in the latest ${counted(here.sessions, 'task')}\n`),
    ...(project === undefined
      ? []
      : [
          own('Project '),
          code(project.name),
          own(
            `: ${tokens(project.tokens)} in its latest ${counted(project.sessions, 'task')}, from everywhere\n`,
          ),
        ]),
    own(`Today (UTC), all projects: ${tokens(today)}, used or reserved by calls under way\n`),
    own(budgetLine(today, dailyBudget)),
  ];
}

function budgetLine(today: number, budget: number | undefined): string {
  if (budget === undefined) return 'There is no budget for a day.';
  return `The budget of a day is ${tokens(budget)}; ${Math.round((100 * today) / Math.max(1, budget))} % of it is gone.`;
}
