import { z } from 'zod';
import { keys } from './keys.js';
import { loadScript, type Redis } from './redis.js';

const scripts = { press: loadScript('buttons-press') };

/** A question may wait for days. */
const KEEP_SECONDS = 30 * 86_400;

const replySchema = z.enum(['unknown', 'used', 'first']);

/** What the buttons below a message mean. Each set is used once: by its first press. */
export class ChatButtonStore {
  constructor(private readonly redis: Redis) {}

  /** Kept once for each id: a message that is made again has the same buttons. */
  async keep(id: string, meaning: unknown): Promise<void> {
    await this.redis.set(keys.buttons(id), JSON.stringify(meaning), 'EX', KEEP_SECONDS, 'NX');
  }

  /** What a set means, without a press of it; null if there is none. */
  async peek(id: string): Promise<unknown> {
    const text = await this.redis.get(keys.buttons(id));
    return text === null ? null : JSON.parse(text);
  }

  /** Whether this press is the first of its set; the same press, told again, is it again. */
  async press(id: string, press: string): Promise<'unknown' | 'used' | 'first'> {
    const reply = await scripts.press.run(this.redis, [keys.buttons(id), keys.buttonsUsed(id)], [press]);
    return replySchema.parse(reply);
  }
}
