import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { messageOf } from '@ids/kernel';
import { z } from 'zod';
import type { LintMessage, LintRules } from './lint-rules.js';

/** Built it is JavaScript; in a spec Node.js strips the types by itself. */
const THREAD = new URL(`./ruff-thread${extname(import.meta.url)}`, import.meta.url);
const FILE_MS = 20_000;
/** Larger texts take seconds and gigabytes. */
const MAX_CHARS = 1_000_000;

const replySchema = z.object({
  version: z.string(),
  diagnostics: z.array(
    z.object({
      code: z.string().nullable(),
      message: z.string(),
      start_location: z.object({ row: z.int(), column: z.int() }),
    }),
  ),
});

export interface LintReply {
  readonly version: string;
  readonly messages: LintMessage[];
}

/** The ruff that npm brings, in a thread that is ended when it fails, hangs or grows. One file at a time. */
export class RuffThread {
  private thread: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** @throws Error with the reason, if ruff cannot judge this text */
  check(text: string, rules: LintRules, signal?: AbortSignal): Promise<LintReply> {
    const turn = this.last.then(async () => {
      signal?.throwIfAborted();
      return await this.ask(text, rules, signal);
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    const thread = this.thread;
    this.thread = undefined;
    await thread?.terminate();
  }

  private async ask(text: string, rules: LintRules, signal?: AbortSignal): Promise<LintReply> {
    if (text.length > MAX_CHARS) throw new Error(`the file has more than ${MAX_CHARS} characters`);
    this.thread ??= startThread();
    try {
      return readReply(await answerOf(this.thread, { text, ...rules }, signal));
    } catch (error) {
      await this.close();
      throw error;
    }
  }
}

function startThread(): Worker {
  const thread = new Worker(THREAD, { resourceLimits: { maxOldGenerationSizeMb: 256 } });
  // One that is being ended may still fail, when nobody waits for it any more.
  return thread.on('error', () => undefined);
}

/** The next message of the thread, or its end, whichever comes first. */
async function answerOf(thread: Worker, message: unknown, signal?: AbortSignal): Promise<unknown> {
  const ended = new AbortController();
  const within = AbortSignal.any([
    ended.signal,
    AbortSignal.timeout(FILE_MS),
    ...(signal === undefined ? [] : [signal]),
  ]);
  const onExit = (code: number): void => ended.abort(new Error(`its thread ended with code ${code}`));
  const onError = (error: unknown): void => ended.abort(new Error(messageOf(error)));
  thread.on('exit', onExit).on('error', onError).ref();
  try {
    const answer = once(thread, 'message', { signal: within });
    thread.postMessage(message, []);
    const [reply]: unknown[] = await answer;
    return reply;
  } catch (error) {
    throw within.aborted ? within.reason : error;
  } finally {
    thread.off('exit', onExit).off('error', onError).unref();
  }
}

function readReply(answer: unknown): LintReply {
  const { version, diagnostics } = replySchema.parse(answer);
  const messages = diagnostics.map(({ code, message, start_location }) => ({
    code: code ?? 'invalid-syntax',
    message,
    line: start_location.row,
    column: start_location.column,
  }));
  return { version, messages };
}
