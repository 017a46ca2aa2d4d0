import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares secrets in a time that tells nothing of them: both sides are hashed, so lengths tell nothing either. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hash(given), hash(expected));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The API keys of this gateway. */
export class Keyring {
  private readonly keys: readonly { readonly name: string; readonly hash: Buffer }[];

  constructor(keys: readonly { readonly name: string; readonly key: string }[]) {
    this.keys = keys.map(({ name, key }) => ({ name, hash: hash(key) }));
  }

  /** Who sends this `Authorization` header: the name of the key, or `local` where no keys are set. */
  callerOf(header: string | undefined): string | null {
    if (this.keys.length === 0) return 'local';
    const token = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
    if (token === undefined) return null;
    const given = hash(token);
    // Every key is compared, so that the time does not tell which one was close.
    const matching = this.keys.filter((key) => timingSafeEqual(key.hash, given));
    return matching[0]?.name ?? null;
  }
}
