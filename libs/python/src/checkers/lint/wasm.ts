import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { messageOf } from '@ids/kernel';
import { z } from 'zod';
import { SYNTAX_CODE, type LintAnswer, type Linter, type LintJob } from './linter.js';

/** Built it is JavaScript; in a spec Node.js strips the types by itself. */
const THREAD = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);
const MAX_CHARS = 1_000_000;
/** The memory of an instance never shrinks: after a larger text the thread is ended. */
const MAX_KEPT_CHARS = 100_000;

const helloSchema = z.object({ version: z.string() });
const replySchema = z.union([
  z.object({ misconfigured: z.string() }),
  z.object({
    diagnostics: z.array(
      z.object({
        code: z.string().nullable(),
        message: z.string(),
        start_location: z.object({ row: z.int(), column: z.int() }),
      }),
    ),
  }),
]);

/** The ruff that npm brings, in a thread that is ended when it fails, hangs or grows. One file at a time. */
export class WasmRuff implements Linter {
  readonly knowsPaths = false;
  readonly width = 1;
  private thread: Worker | undefined;
  private version = '';
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly limits: { readonly milliseconds: number; readonly thread: URL } = {
      milliseconds: 20_000,
      thread: THREAD,
    },
  ) {}

  async name(): Promise<string> {
    if (this.version === '') await this.inTurn(() => this.open(undefined));
    return `ruff ${this.version} (WebAssembly)`;
  }

  async check(job: LintJob): Promise<LintAnswer> {
    // Larger texts take seconds and gigabytes.
    if (job.text.length > MAX_CHARS) throw new Error(`the file has more than ${MAX_CHARS} characters`);
    return await this.inTurn(async () => {
      job.signal?.throwIfAborted();
      const answer = await this.ask(job);
      if (job.text.length > MAX_KEPT_CHARS) await this.close();
      return answer;
    });
  }

  async close(): Promise<void> {
    const thread = this.thread;
    this.thread = undefined;
    await thread?.terminate();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(async () => {
      try {
        return await work();
      } catch (error) {
        await this.close();
        throw error;
      }
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async ask({ text, options, signal }: LintJob): Promise<LintAnswer> {
    const thread = await this.open(signal);
    return readReply(await this.answerOf(thread, () => thread.postMessage({ text, options }, []), signal));
  }

  private async open(signal: AbortSignal | undefined): Promise<Worker> {
    if (this.thread !== undefined) return this.thread;
    const thread = new Worker(this.limits.thread, { resourceLimits: { maxOldGenerationSizeMb: 256 } });
    // One that is being ended may still fail, when nobody waits for it any more.
    thread.on('error', () => undefined);
    this.thread = thread;
    const hello = await this.answerOf(thread, () => undefined, signal);
    this.version = helloSchema.parse(hello).version;
    return thread;
  }

  /** The next message of the thread, or its end, whichever comes first. */
  private async answerOf(thread: Worker, ask: () => void, signal: AbortSignal | undefined): Promise<unknown> {
    const { milliseconds } = this.limits;
    const ended = new AbortController();
    const late = AbortSignal.timeout(milliseconds);
    const within = AbortSignal.any([ended.signal, late, ...(signal === undefined ? [] : [signal])]);
    const onExit = (code: number): void => ended.abort(new Error(`its thread ended with code ${code}`));
    const onError = (error: unknown): void => ended.abort(new Error(messageOf(error)));
    thread.on('exit', onExit).on('error', onError).ref();
    try {
      const answer = once(thread, 'message', { signal: within });
      ask();
      const [reply]: unknown[] = await answer;
      return reply;
    } catch (error) {
      signal?.throwIfAborted();
      if (late.aborted) throw new Error(`it took longer than ${milliseconds / 1_000} s`, { cause: error });
      throw within.aborted ? within.reason : error;
    } finally {
      thread.off('exit', onExit).off('error', onError).unref();
    }
  }
}

function readReply(answer: unknown): LintAnswer {
  const reply = replySchema.parse(answer);
  if ('misconfigured' in reply) return reply;
  const messages = reply.diagnostics.map(({ code, message, start_location }) => ({
    code: code ?? SYNTAX_CODE,
    message,
    line: start_location.row,
    column: start_location.column,
  }));
  return { messages };
}
