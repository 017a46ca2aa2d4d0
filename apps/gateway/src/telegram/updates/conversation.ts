import type { Origin } from '../place.js';

/** What a person who pressed a button sees for a moment; `alert` keeps it until it is read. At most 200 characters. */
export interface PressAnswer {
  readonly text: string;
  readonly alert: boolean;
}

/**
 * What the bot does with updates of people who may. Each call may come again for the same update (its process was
 * killed), so everything it does is done once by the update's number. Answers go into the outbox.
 */
export interface Conversation {
  /** A text message, a command or not. In groups only what is meant for the bot gets here. */
  message(origin: Origin, text: string): Promise<void>;
  /** A press of a button with this data below `origin.message`. */
  press(origin: Origin, data: string): Promise<PressAnswer>;
  /** Something that takes longer, put aside by `message` so that its chat goes on meanwhile. */
  errand(payload: string): Promise<void>;
  /** The person, or somebody in the group, put the bot in or let it in again; or put it out or blocked it. */
  membership(chat: number, open: boolean): Promise<void>;
  /** A group became a supergroup: all that is kept for the one is the other's from now on, what waits to be sent too. */
  migrated(from: number, to: number): Promise<void>;
  /** Handling failed for good; the person is told. */
  failed(origin: Origin, error: unknown): Promise<void>;
}
