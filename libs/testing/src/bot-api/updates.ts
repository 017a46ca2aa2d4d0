import { conflict } from './refusal.js';

export interface Update {
  readonly update_id: number;
  readonly [kind: string]: unknown;
}

export interface Webhook {
  readonly url: string;
  readonly secret: string | undefined;
}

interface Poll {
  readonly answer: (updates: Update[]) => void;
  readonly refuse: (error: Error) => void;
  readonly limit: number;
  readonly timer: NodeJS.Timeout;
}

/** How long one delivery to a webhook may take; a bot that is slower gets it again. */
const DELIVERY_MS = 10_000;
const RETRY_MS = 100;

/**
 * The updates that a bot has not confirmed. By getUpdates they are confirmed by a higher offset
 * (core.telegram.org/bots/api, "getUpdates"); by webhook an answer other than 2xx brings the same one again
 * ("setWebhook"), and those of one chat wait for each other.
 */
export class Updates {
  private readonly waiting: Update[] = [];
  private nextId = 1;
  private poll: Poll | undefined;
  private webhook: Webhook | undefined;
  private delivering = new Map<string, Promise<void>>();
  private closed = false;
  /** Of webhook deliveries, in the order of the answers. */
  readonly delivered: { readonly update: Update; readonly status: number; readonly milliseconds: number }[] =
    [];

  /** Puts an update in, which belongs to a chat: order is kept within it. */
  push(chat: string, content: Readonly<Record<string, unknown>>): Update {
    const update = { ...content, update_id: this.nextId++ };
    if (this.webhook === undefined) {
      this.waiting.push(update);
      this.answerPoll();
    } else {
      this.deliver(chat, update);
    }
    return update;
  }

  get pending(): number {
    return this.waiting.length;
  }

  /** Whether the bot waits for updates at this moment. */
  get polled(): boolean {
    return this.poll !== undefined;
  }

  get hook(): Webhook | undefined {
    return this.webhook;
  }

  setWebhook(webhook: Webhook | undefined): void {
    this.webhook = webhook;
    if (webhook === undefined) return;
    this.end(conflict('terminated by setWebhook request'));
    for (const update of this.waiting.splice(0)) this.deliver('kept', update);
  }

  drop(): void {
    this.waiting.length = 0;
  }

  async get(offset: number, limit: number, seconds: number): Promise<Update[]> {
    if (this.webhook !== undefined) {
      throw conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    this.end(
      conflict('terminated by other getUpdates request; make sure that only one bot instance is running'),
    );
    if (offset > 0) {
      const keep = this.waiting.filter(({ update_id: id }) => id >= offset);
      this.waiting.splice(0, this.waiting.length, ...keep);
    }
    if (this.waiting.length > 0 || seconds === 0) return this.waiting.slice(0, limit);
    return await new Promise((answer, refuse) => {
      const timer = setTimeout(() => this.answerPoll(), seconds * 1_000);
      this.poll = { answer, refuse, limit, timer };
    });
  }

  /** The connection of a poll went away. */
  forget(): void {
    this.answerPoll();
  }

  close(): void {
    this.closed = true;
    this.answerPoll();
  }

  private answerPoll(): void {
    const { poll } = this;
    if (poll === undefined) return;
    this.poll = undefined;
    clearTimeout(poll.timer);
    poll.answer(this.waiting.slice(0, poll.limit));
  }

  private end(error: Error): void {
    const { poll } = this;
    if (poll === undefined) return;
    this.poll = undefined;
    clearTimeout(poll.timer);
    poll.refuse(error);
  }

  private deliver(chat: string, update: Update): void {
    const before = this.delivering.get(chat);
    const delivery = this.deliverAfter(before, update);
    this.delivering.set(chat, delivery);
  }

  private async deliverAfter(before: Promise<void> | undefined, update: Update): Promise<void> {
    await before;
    await this.deliverUntilTaken(update);
  }

  private async deliverUntilTaken(update: Update): Promise<void> {
    while (!this.closed && this.webhook !== undefined) {
      const start = performance.now();
      const status = await post(this.webhook, update);
      this.delivered.push({ update, status, milliseconds: performance.now() - start });
      if (status >= 200 && status < 300) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** The status of the answer; 0 if there was none. */
async function post({ url, secret }: Webhook, update: Update): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret }),
      },
      body: JSON.stringify(update),
      signal: AbortSignal.timeout(DELIVERY_MS),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
