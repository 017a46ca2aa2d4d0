import type { Metrics } from '@ids/observability';
import type { ChatInbox } from '@ids/store';
import type { Arrival, Gate } from './gate.js';

/** Takes updates in, by whichever way they come: looked at, then kept in Redis, before anybody is told that they came. */
export class Intake {
  private wake: () => void = () => undefined;

  constructor(
    private readonly gate: Gate,
    private readonly inbox: ChatInbox,
    private readonly metrics: Metrics,
  ) {}

  /** Calls `listener` whenever something was taken here. */
  onTaken(listener: () => void): void {
    this.wake = listener;
  }

  /** `full`: it was not kept and has to come again. @throws what Redis throws; then it has to come again, too. */
  async take(raw: unknown): Promise<Arrival> {
    if (!this.gate.ready) return 'full';
    const passed = this.gate.look(raw);
    const arrival = passed.pass
      ? await this.inbox.accept(String(passed.number), String(passed.chat), passed.text)
      : passed.why;
    this.metrics.telegramUpdates.inc({ outcome: arrival });
    if (arrival === 'taken') this.wake();
    return arrival;
  }
}
