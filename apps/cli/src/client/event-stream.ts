import { isEnd, storedEventSchema, type Session, type StoredEvent } from '@ids/contracts';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { setTimeout as delay } from 'node:timers/promises';
import { UnreachableError } from './client-errors.js';

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** The last event that is known; `0`: from the first. */
  readonly after?: string;
  /** Whether the session is where the caller waits for; by default, at an end. */
  readonly isDone?: (session: Session) => boolean;
  /** How long no connection may succeed before it is given up. */
  readonly patienceMs?: number;
}

type Open = (after: string, signal: AbortSignal) => Promise<Response>;

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const PATIENCE_MS = 60_000;

/**
 * Yields the events in order, each once. A cut connection is opened again after the last event that came, with
 * growing waits; a gateway that stays away longer than the patience is an UnreachableError.
 */
export async function* followEvents(
  open: Open,
  look: () => Promise<Session>,
  options: FollowOptions,
): AsyncGenerator<StoredEvent> {
  const { signal, isDone = (session) => isEnd(session.status), patienceMs = PATIENCE_MS } = options;
  let last = options.after ?? '0';
  let wait = FIRST_WAIT_MS;
  let heard = Date.now();
  while (!signal.aborted) {
    try {
      for await (const frame of frames(await open(last, signal))) {
        last = frame.id ?? last;
        wait = FIRST_WAIT_MS;
        heard = Date.now();
        const event = parseFrame(frame.data, last);
        if (event !== undefined) yield event;
      }
      if (isDone(await look())) return;
      heard = Date.now();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UnreachableError) || Date.now() - heard > patienceMs) throw error;
    }
    await delay(wait, undefined, { signal });
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
  signal.throwIfAborted();
}

async function* frames(response: Response): AsyncGenerator<{ id?: string | undefined; data: string }> {
  if (response.body === null) return;
  const messages = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  try {
    for await (const message of messages) yield message;
  } catch (error) {
    throw new UnreachableError(new URL(response.url).origin, 'the connection was cut', { cause: error });
  }
}

/** An event of a kind that this client does not know is passed over: a newer gateway may send some. */
function parseFrame(data: string, id: string): StoredEvent | undefined {
  try {
    const parsed = storedEventSchema.omit({ id: true }).safeParse(JSON.parse(data));
    return parsed.success ? { id, ...parsed.data } : undefined;
  } catch {
    return undefined;
  }
}
