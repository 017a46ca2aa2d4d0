import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';

const pool = new Uint8Array(4_096);
let used = pool.length;

/**
 * A fraction made of one random byte; a ULID's characters need five bits. Drawn in blocks: a call of the system for
 * each character was a fifth of what the gateway did for a new session.
 */
function randomFraction(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const byte = pool[used] ?? 0;
  used += 1;
  return byte / 256;
}

const nextUlid = monotonicFactory(randomFraction);

declare const sessionIdBrand: unique symbol;
/** `sess_` and a ULID: unique, and sorted by the time of its making. */
export type SessionId = string & { readonly [sessionIdBrand]: true };

const SESSION_ID = /^sess_[0-9A-HJKMNP-TV-Z]{26}$/;

/** A fresh session id; ids of one process sort in the order they were made. */
export function newSessionId(): SessionId {
  const id = `sess_${nextUlid()}`;
  if (!isSessionId(id)) throw new Error('the ULID library changed its alphabet');
  return id;
}

/** Whether a text from outside has the form of a session id. */
export function isSessionId(text: string): text is SessionId {
  return SESSION_ID.test(text);
}

/** A unique sortable id without a prefix, for requests, locks and replies. */
export function newId(): string {
  return nextUlid();
}
