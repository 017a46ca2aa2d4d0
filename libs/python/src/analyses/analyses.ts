import { IdsError } from '@ids/kernel';
import { z } from 'zod';
import type { Interpreter } from '../interpreter.js';
import type { PythonLimits } from '../limits.js';
import type { Pool } from '../pool.js';
import { cacheKey, type AnalysisCache } from './analysis-cache.js';
import { fingerprints, isUnchanged, type Fingerprint } from './fingerprint.js';
import type { Form } from './forms.js';
import { Turn } from './turn.js';

/** Files that are read, looked up and sent to a process together. */
const BATCH_FILES = 24;
/** Larger files are sent alone, so that no answer is large for many. */
const BATCH_BYTES = 512 * 1_024;

/** A file as people know it (`path`) and where it lies, with links resolved (`file`). */
interface Source {
  readonly path: string;
  readonly file: string;
}

/** What became of a file: its analysis in some form, or the error of this file alone. */
export type Outcome<T> = { readonly value: T; readonly bytes: number } | { readonly error: IdsError };

const errorReply = z.object({ error: z.object({ kind: z.enum(['limit', 'failed']), reason: z.string() }) });

/** Analyses of many files: from the cache, else by batches that a pool's processes work on. */
export class Analyses {
  constructor(
    private readonly pool: Pool,
    private readonly interpreter: Interpreter,
    private readonly limits: PythonLimits,
    private readonly cache: AnalysisCache,
  ) {}

  /**
   * Of each file, in order. A file that cannot be read or exceeds a limit is an error of that file only.
   * @throws the signal's reason once aborted
   */
  async of<T>(sources: readonly Source[], form: Form<T>, signal?: AbortSignal): Promise<Outcome<T>[]> {
    const outcomes = new Map<Source, Outcome<T>>();
    const waiting = [...sources];
    const lane = async (): Promise<void> => {
      for (
        let files = waiting.splice(0, BATCH_FILES);
        files.length > 0;
        files = waiting.splice(0, BATCH_FILES)
      ) {
        signal?.throwIfAborted();
        await this.batch(files, form, outcomes, signal);
      }
    };
    // Two batches a process: one to work on, one that waits for it.
    await Promise.all(Array.from({ length: this.pool.processes * 2 + 1 }, lane));
    return sources.map(
      (source) => outcomes.get(source) ?? { error: failed(source.path, 'it was not analyzed') },
    );
  }

  private async batch<T>(
    sources: readonly Source[],
    form: Form<T>,
    outcomes: Map<Source, Outcome<T>>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const readable = await this.readable(sources, form, outcomes);
    const known = await this.cache.getMany(readable.map(({ key }) => key));
    const unknown: Read[] = [];
    const turn = new Turn();
    for (const [at, read] of readable.entries()) {
      await turn.next();
      const text = known[at];
      const value = text === undefined ? undefined : form.fromText(text);
      if (value === undefined) unknown.push(read);
      else outcomes.set(read.source, { value, bytes: read.print.bytes });
    }
    for (const part of partsOf(unknown)) {
      const answers = await this.ask(
        part.map(({ source }) => source),
        form,
        signal,
      );
      part.forEach(({ source, print }, at) => {
        const answer = answers[at] ?? { error: failed(source.path, 'it was not answered') };
        outcomes.set(source, 'value' in answer ? { value: answer.value, bytes: print.bytes } : answer);
      });
      await this.keep(part, answers, form);
    }
  }

  private async readable<T>(
    sources: readonly Source[],
    form: Form<T>,
    outcomes: Map<Source, Outcome<T>>,
  ): Promise<Read[]> {
    const { fileBytes } = this.limits;
    const files = sources.map(({ file }) => file);
    const prints = await fingerprints(files, fileBytes);
    return sources.flatMap((source, at) => {
      const print = prints[at];
      if (print !== undefined && 'hash' in print) {
        return [{ source, print, key: cacheKey(print.hash, form.name, this.interpreter.version) }];
      }
      outcomes.set(source, { error: unreadable(source.path, print?.unreadable, fileBytes) });
      return [];
    });
  }

  /** A process that dies over a batch names the file that it was at; the others are asked again, one by one. */
  private async ask<T>(
    sources: readonly Source[],
    form: Form<T>,
    signal: AbortSignal | undefined,
  ): Promise<Asked<T>[]> {
    const { fileSeconds: cpuSeconds, fileBytes: maxBytes } = this.limits;
    const [first] = sources;
    if (first === undefined) return [];
    try {
      const files = sources.map(({ path, file }) => ({ path, file }));
      const args = { files, maxBytes, form: form.name };
      const replies = await this.pool.run({ op: 'analyze-many', args, path: first.path, cpuSeconds, signal });
      const answers = z.array(z.unknown()).length(sources.length).parse(replies);
      return answers.map((reply, at) => readReply(reply, sources[at]?.path ?? '', form));
    } catch (error) {
      const killer = killerOf(error);
      if (killer === undefined) throw error;
      if (sources.length === 1) return [{ error: killer.error }];
      return await Promise.all(
        sources.map(async (source): Promise<Asked<T>> => {
          if (source.path === killer.path) return { error: killer.error };
          const [alone] = await this.ask([source], form, signal);
          return alone ?? { error: killer.error };
        }),
      );
    }
  }

  private async keep<T>(part: readonly Read[], answers: readonly Asked<T>[], form: Form<T>): Promise<void> {
    const entries = part.flatMap(({ source, print, key }, at) => {
      const answer = answers[at];
      // What Python read is what was hashed only if the file is still the same.
      if (answer === undefined || 'error' in answer || !isUnchanged(source.file, print)) return [];
      return [{ key, value: form.toText(answer.value) }];
    });
    if (entries.length > 0) await this.cache.putMany(entries);
  }
}

interface Read {
  readonly source: Source;
  readonly print: Fingerprint;
  /** Of the cache. */
  readonly key: string;
}

type Asked<T> = { readonly value: T } | { readonly error: IdsError };

function readReply<T>(reply: unknown, path: string, form: Form<T>): Asked<T> {
  const refused = errorReply.safeParse(reply);
  if (!refused.success) return { value: form.read(reply) };
  const { kind, reason } = refused.data.error;
  return {
    error: kind === 'limit' ? new IdsError('python_limit', { path, limit: reason }) : failed(path, reason),
  };
}

function* partsOf(files: readonly Read[]): Generator<Read[]> {
  let part: Read[] = [];
  let bytes = 0;
  for (const file of files) {
    if (part.length > 0 && bytes + file.print.bytes > BATCH_BYTES) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(file);
    bytes += file.print.bytes;
  }
  if (part.length > 0) yield part;
}

function failed(path: string, reason: string): IdsError {
  return new IdsError('python_failed', { path, reason });
}

function unreadable(
  path: string,
  why: 'too_large' | 'gone' | 'denied' | undefined,
  maxBytes: number,
): IdsError {
  if (why === 'too_large') return new IdsError('python_limit', { path, limit: `${maxBytes} bytes` });
  if (why === 'denied') return new IdsError('path_not_allowed', { path, reason: 'it may not be read' });
  return new IdsError('file_not_found', { path });
}

/** The file that a worker died over; undefined if it is another error. */
function killerOf(error: unknown): { path: string | undefined; error: IdsError } | undefined {
  if (!(error instanceof IdsError) || (error.code !== 'python_limit' && error.code !== 'python_failed')) {
    return undefined;
  }
  const path = error.details['path'];
  return { path: typeof path === 'string' ? path : undefined, error };
}
