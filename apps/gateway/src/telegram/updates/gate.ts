import type { TelegramRole } from '@ids/config';
import { z } from 'zod';
import { readUpdate, type KeptUpdate } from './update.js';

/** Where an update names the person who caused it (core.telegram.org/bots/api, "Update"). */
const PERSONS = ['from', 'user'] as const;
/** What speaks in the name of a group or a channel: whichever person that is cannot be known. */
const MASKS = ['sender_chat', 'actor_chat'] as const;
const numberSchema = z.int().nonnegative();
const idSchema = z.object({ id: z.int() });

export type Passed =
  | { readonly pass: true; readonly number: number; readonly update: KeptUpdate }
  | { readonly pass: false; readonly why: 'stranger' | 'ignored' | 'malformed' };

/**
 * Who gets in, looked at for every kind of update before anything else is done with it: everybody whom it names as its
 * cause must be allowed, and somebody must be. A stranger's update costs this look; nothing is kept, answered or
 * logged. That holds for service messages too: when a stranger makes a supergroup of a group, the bot learns it from
 * the refusal of its next message there.
 */
export class Gate {
  /** `bot` is the id of the bot itself. */
  constructor(
    private readonly roles: ReadonlyMap<number, TelegramRole>,
    private readonly bot: number,
  ) {}

  /** Whatever came in, by whichever way. */
  look(raw: unknown): Passed {
    if (!isRecord(raw)) return { pass: false, why: 'malformed' };
    const { data: number } = numberSchema.safeParse(raw['update_id']);
    // "At most one of the optional parameters can be present in any given update."
    const [content, another] = Object.entries(raw).filter(([key]) => key !== 'update_id');
    if (number === undefined || content === undefined || another !== undefined) {
      return { pass: false, why: 'malformed' };
    }
    const [kind, body] = content;
    if (!this.mayCause(body)) return { pass: false, why: 'stranger' };
    const update = readUpdate(kind, body, number, this.bot);
    return typeof update === 'string' ? { pass: false, why: update } : { pass: true, number, update };
  }

  private mayCause(body: unknown): boolean {
    if (!isRecord(body) || MASKS.some((mask) => mask in body)) return false;
    const named = PERSONS.filter((name) => name in body).map(
      (name) => idSchema.safeParse(body[name]).data?.id,
    );
    return named.length > 0 && named.every((person) => person !== undefined && this.roles.has(person));
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
