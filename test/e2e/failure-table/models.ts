import {
  agreeingParliament,
  behaviours,
  editBlock,
  voteJson,
  type Behaviour,
  type DoubleRequest,
  type ModelScript,
} from '@ids/testing';

export const { cut, nonsense, reply, stall, status, tooMany } = behaviours;

/** VALUE in a.py, from one number to another. */
export function setValue(from: number, to: number): string {
  return editBlock('a.py', `VALUE = ${from}\n`, `VALUE = ${to}\n`);
}

/** The parliament agrees, the coder sets VALUE to 2, or answers what is given. */
export function agreeing(answer: string = setValue(1, 2)): ModelScript {
  return agreeingParliament(answer);
}

type Acts = (request: DoubleRequest) => Behaviour | Promise<Behaviour>;

/** The parliament agrees, the coder does what is given. */
export function coder(acts: Acts): () => ModelScript {
  return () => (request) => (request.role === 'coder' ? acts(request) : reply(voteJson()));
}

/** The coder answers this, always. */
export function writes(...answers: readonly string[]): () => ModelScript {
  return coder(() => reply(answers.join('\n')));
}

/** The specialists do what is given, the others as usual. */
export function specialists(acts: Acts): () => ModelScript {
  return () => (request) => (request.stage === 'deliberation' ? acts(request) : agreeing()(request));
}

/** The generalist does what is given, the others as usual. */
export function generalist(acts: Acts): () => ModelScript {
  return () => (request) => (request.stage === 'synthesis' ? acts(request) : agreeing()(request));
}

/** VALUE as it stands in the file that the coder is shown; its instructions before that hold one, too. */
export function shownValue({ prompt }: DoubleRequest): number {
  return Number([...prompt.matchAll(/VALUE = (\d+)$/gm)].at(-1)?.[1]);
}
