import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ChatButtonStore } from '@ids/store';
import { z } from 'zod';
import type { Keyboard } from '../delivery/outgoing.js';
import { placeSchema, type Place } from '../place.js';
import { pressSchema, type Button, type Press } from './press.js';

const setSchema = z.object({
  owner: z.int(),
  place: placeSchema,
  presses: z.array(pressSchema),
});
const DATA = /^([\w-]{22})\.(\d{1,2})\.([\w-]{16})$/;

/** A button that this bot made, and what became of its set so far is not known yet. */
export interface KnownButton {
  readonly press: Press;
  /** Who may press it, besides administrators. */
  readonly owner: number;
  /** Where it was sent. */
  readonly place: Place;
  /** Uses its set up; `used` if another press did before. The same `press` again is still the first. */
  use(press: string): Promise<'first' | 'used'>;
}

/**
 * Buttons whose data says nothing to who reads it, and cannot be made by others: the name of a set that is kept in
 * Redis, the place of the button in it, and a signature (core.telegram.org/bots/api, "InlineKeyboardButton": 1 to 64
 * bytes of data).
 */
export class Buttons {
  private readonly key: Buffer;

  /** The signing key is made of the token, so that all gateways have the same. */
  constructor(
    private readonly store: ChatButtonStore,
    token: string,
  ) {
    this.key = createHmac('sha256', token).update('ids buttons').digest();
  }

  /** The buttons of one message; the same message made again has the same. */
  async keyboard(
    message: string,
    rows: readonly (readonly Button[])[],
    bound: { readonly owner: number; readonly place: Place },
  ): Promise<Keyboard> {
    if (rows.length === 0) return [];
    const set = this.sign(`set ${message}`).slice(0, 22);
    const presses = rows.flat().map(({ press }) => press);
    await this.store.keep(set, { ...bound, presses } satisfies z.infer<typeof setSchema>);
    let index = 0;
    return rows.map((row) => row.map(({ text }) => ({ text, data: this.data(set, index++) })));
  }

  /** What stands behind callback data; null if this bot did not make it, or it is too old. */
  async find(data: string): Promise<KnownButton | null> {
    const [, set, index, signature] = DATA.exec(data) ?? [];
    if (set === undefined || index === undefined || signature === undefined) return null;
    const expected = Buffer.from(this.signature(set, Number(index)));
    if (!timingSafeEqual(expected, Buffer.from(signature))) return null;
    const kept = setSchema.nullable().parse(await this.store.peek(set));
    const press = kept?.presses[Number(index)];
    if (kept === null || press === undefined) return null;
    return {
      press,
      owner: kept.owner,
      place: kept.place,
      use: async (by) => ((await this.store.press(set, by)) === 'first' ? 'first' : 'used'),
    };
  }

  private data(set: string, index: number): string {
    return `${set}.${index}.${this.signature(set, index)}`;
  }

  private signature(set: string, index: number): string {
    return this.sign(`${set}.${index}`).slice(0, 16);
  }

  private sign(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }
}
