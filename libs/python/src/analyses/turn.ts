import { setImmediate } from 'node:timers/promises';

const TURN_MS = 5;

/** Work in small steps that lets others have their turn every few milliseconds. */
export class Turn {
  private began = performance.now();

  /** To be awaited before each step. */
  async next(): Promise<void> {
    if (performance.now() - this.began < TURN_MS) return;
    await setImmediate();
    this.began = performance.now();
  }
}
