import { createHash } from 'node:crypto';

const LENGTH = 32;

/** Tells one diff from another: a decision is on the diff that was asked about, never on a later one. */
export function diffHash(diff: string): string {
  return createHash('sha256').update(diff).digest('hex').slice(0, LENGTH);
}
