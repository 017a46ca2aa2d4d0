import type { Guardian } from './guardian.js';

/** What a command of the launcher works with. */
export interface Launch {
  readonly guardian: Guardian;
  /** Aborted by Ctrl-C, SIGTERM, or the end of the program that started the launcher. */
  readonly signal: AbortSignal;
}

/** The work's result; rejects with the signal's reason as soon as it is aborted. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const settled = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: settled.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    settled.abort();
  }
}
