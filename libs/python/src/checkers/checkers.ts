import type { Judgement, NoJudgement } from '../findings.js';
import type { Interpreter } from '../interpreter.js';
import { RuffChecker } from './lint/ruff.js';
import type { LintSettings } from './lint/settings.js';
import type { CheckRequest } from './request.js';
import type { TypeQuestion, TypeSettings } from './types/settings.js';
import { TypesChecker } from './types/types-checker.js';

export type { CheckRequest };

/** What the checkers need to know of Python and of the project. */
export interface CheckerSources {
  info(): Promise<Interpreter>;
  lintSettings(file: string, signal?: AbortSignal): Promise<LintSettings>;
  typeSettings(question: TypeQuestion, signal?: AbortSignal): Promise<TypeSettings>;
}

/** The tools of the optional layers. A tool that is missing or dies gives no judgement, with the reason. */
export class Checkers {
  private readonly typesChecker: TypesChecker;
  private readonly ruff: RuffChecker;

  constructor(python: CheckerSources) {
    this.typesChecker = new TypesChecker({
      interpreter: async () => (await python.info()).executable,
      settings: (question, signal) => python.typeSettings(question, signal),
    });
    this.ruff = new RuffChecker((file, signal) => python.lintSettings(file, signal));
  }

  /** New type errors by mypy, else by pyright. */
  types(request: CheckRequest): Promise<Judgement | NoJudgement> {
    return this.typesChecker.check(request);
  }

  /** New findings by ruff; those that mean that the code cannot work are errors. */
  lint(request: CheckRequest): Promise<Judgement | NoJudgement> {
    return this.ruff.check(request);
  }

  async close(): Promise<void> {
    await Promise.all([this.typesChecker.close(), this.ruff.close()]);
  }
}
