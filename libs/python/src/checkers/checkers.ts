import type { Judgement, NoJudgement } from '../findings.js';
import type { Interpreter } from '../interpreter.js';
import type { LintSettings } from '../replies.js';
import { MypyChecker } from './mypy.js';
import type { CheckRequest } from './request.js';
import { RuffChecker } from './ruff.js';

export type { CheckRequest };

/** What the checkers need to know of Python and of the project. */
export interface CheckerSources {
  info(): Promise<Interpreter>;
  lintSettings(root: string, signal?: AbortSignal): Promise<LintSettings>;
}

/** The tools of the optional layers. A tool that is missing or dies gives no judgement, with the reason. */
export class Checkers {
  private readonly mypy: MypyChecker;
  private readonly ruff: RuffChecker;

  constructor(python: CheckerSources) {
    this.mypy = new MypyChecker(async () => (await python.info()).executable);
    this.ruff = new RuffChecker((root, signal) => python.lintSettings(root, signal));
  }

  /** New type errors by mypy. */
  types(request: CheckRequest): Promise<Judgement | NoJudgement> {
    return this.mypy.check(request);
  }

  /** New findings by ruff; those that mean that the code cannot work are errors. */
  lint(request: CheckRequest): Promise<Judgement | NoJudgement> {
    return this.ruff.check(request);
  }

  async close(): Promise<void> {
    await Promise.all([this.mypy.close(), this.ruff.close()]);
  }
}
