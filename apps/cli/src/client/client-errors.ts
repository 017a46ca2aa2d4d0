import type { Problem } from '@ids/contracts';

/** The gateway refused: its stable code and its sentence. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
  }
}

/** There is no gateway at the address, or what answers is none. */
export class UnreachableError extends Error {
  constructor(
    readonly url: string,
    reason: string,
    options?: { cause?: unknown },
  ) {
    super(
      `The gateway at ${url} cannot be reached (${reason}). Start it with npm start, or name its address with --url or IDS_URL.`,
      options,
    );
    this.name = 'UnreachableError';
  }
}
