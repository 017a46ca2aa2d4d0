import type { Metrics } from '@ids/observability';
import type { ChatInbox } from '@ids/store';
import type { Gate } from './gate.js';
import { chatOf, type KeptUpdate } from './update.js';

/** What became of an update that came in; the label of a counter. */
export type Arrival = 'taken' | 'known' | 'full' | 'stranger' | 'ignored' | 'malformed';

/**
 * Takes updates in, by whichever way they come: looked at, then kept in Redis, before Telegram is told that they came.
 */
export class Intake {
  constructor(
    private readonly gate: Gate,
    private readonly inbox: ChatInbox,
    private readonly metrics: Metrics,
  ) {}

  /** The chat whose update it is; undefined for what would not be taken. */
  chatOf(raw: unknown): number | undefined {
    const passed = this.gate.look(raw);
    return passed.pass ? chatOf(passed.update) : undefined;
  }

  /** `full`: it was not kept and has to come again. @throws what Redis throws; then it has to come again, too */
  async take(raw: unknown): Promise<Arrival> {
    const passed = this.gate.look(raw);
    const arrival = passed.pass ? await this.keep(passed.number, passed.update) : passed.why;
    this.metrics.telegramUpdates.inc({ outcome: arrival });
    return arrival;
  }

  private async keep(number: number, update: KeptUpdate): Promise<Arrival> {
    // Who writes there can be answered there, also if it was not told that the bot was let in again.
    const opens = update.kind === 'message' || update.kind === 'press';
    return await this.inbox.accept(String(number), String(chatOf(update)), JSON.stringify(update), opens);
  }
}
