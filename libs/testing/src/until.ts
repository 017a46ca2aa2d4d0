import { setTimeout as delay } from 'node:timers/promises';

/** Looks again and again until `look` gives something other than false, null or undefined; throws after `timeoutMs`. */
export async function until<T>(
  look: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  timeoutMs = 30_000,
  what = 'the expected state',
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== false && seen !== null && seen !== undefined) return seen;
    if (Date.now() > end) throw new Error(`${what} was not seen within ${timeoutMs} ms`);
    await delay(20);
  }
}
