import { IdsError } from '@ids/kernel';

/** Ends a call that has said nothing for its time, or whose caller gave up; each word it says starts the time again. */
export class Silence {
  private readonly controller = new AbortController();
  private readonly onAbort = (): void => this.controller.abort(this.caller.reason);
  private readonly timer: NodeJS.Timeout;
  private over = false;

  constructor(
    private readonly limitMs: number,
    private readonly caller: AbortSignal,
  ) {
    this.timer = setTimeout(() => {
      this.over = true;
      this.controller.abort(this.error());
    }, limitMs);
    caller.addEventListener('abort', this.onAbort, { once: true });
    if (caller.aborted) this.onAbort();
  }

  /** Aborted by silence or by the caller. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Something was said. */
  broken(): void {
    this.timer.refresh();
  }

  /** @throws IdsError `model_timeout` if the silence lasted too long */
  throwIfOver(): void {
    if (this.over) throw this.error();
  }

  end(): void {
    clearTimeout(this.timer);
    this.caller.removeEventListener('abort', this.onAbort);
    // Closes the connection of an answer that was not read to its end; does nothing to one that was.
    this.controller.abort();
  }

  private error(): IdsError {
    return new IdsError('model_timeout', { seconds: this.limitMs / 1_000 });
  }
}
