import type { Letter } from '../delivery/letters.js';
import type { Origin } from '../place.js';
import type { Part } from '../text/rich-text.js';

/** A command as it was said cannot be done: what the person is told instead. */
export class Refusal extends Error {
  readonly letter: Letter;

  constructor(parts: readonly Part[], buttons: Letter['buttons'] = []) {
    super('refused');
    this.name = 'Refusal';
    this.letter = { parts, buttons };
  }
}

/** A command of the bot, with what stands behind its name. */
export interface Request {
  readonly origin: Origin;
  readonly rest: string;
}

export type Handler = (request: Request) => Promise<void>;
