import { createInterface } from 'node:readline';
import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import type { RunResult, Stopped } from './contained-run.js';
import { MB } from './limits.js';

export interface Failure {
  /** Of the last frame in the project; null if there is none. */
  readonly path: string | null;
  readonly line: number;
  readonly message: string;
}

export type Outcome = { readonly kind: 'passed' | 'skipped' } | ({ readonly kind: 'failed' } & Failure);

/**
 * Why a run did not come to its end, and what can be said of it. `interrupted`: by what `scopes` tells of; `status`:
 * it came to its end, and its exit code says that something besides its tests failed.
 */
export interface Broken {
  readonly kind: Stopped | 'crashed' | 'interrupted' | 'unusable' | 'status';
  readonly message: string;
  /** The test that ran then. */
  readonly during: string | undefined;
}

/** What one run of the tests showed. */
export interface TestRun {
  readonly tests: ReadonlyMap<string, Outcome>;
  /** Files, classes or folders whose tests could not be had: their id, which begins the ids of their tests. */
  readonly scopes: ReadonlyMap<string, Failure>;
  /** Undefined if it came to its end, and its exit code says no more than its tests do. */
  readonly broken: Broken | undefined;
  /** Whether tests were reported one by one; a command of the project's own need not do so. */
  readonly detailed: boolean;
}

/** A place that makes no sense must not hide that something failed. */
const failure = {
  path: z.string().nullable().catch(null),
  line: z.int().nonnegative().catch(0),
  message: z
    .string()
    .transform((text) => text.slice(0, 2_000))
    .catch(''),
};
const id = z.string().min(1).max(4_000);
const eventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('start'), id }),
  z.object({ event: z.literal('finish'), id }),
  z.object({ event: z.literal('result'), id, outcome: z.enum(['passed', 'skipped']) }),
  z.object({ event: z.literal('failure'), id, ...failure }),
  z.object({ event: z.literal('broken'), scope: z.string().max(4_000), ...failure }),
  z.object({ event: z.literal('aborted'), message: z.string() }),
  z.object({ event: z.literal('end'), status: z.int() }),
]);
type Event = z.infer<typeof eventSchema>;

const REPORT_BYTES = 64 * MB;
/** What a shell answers for a command that is not there. */
const NOT_FOUND = 127;
/** Of pytest, and of our runner of unittest. */
const STATUS = { failed: 1, interrupted: 2, usage: 4, noTests: 5 };

/**
 * Reads a run's report and its end. The report was written by the tests' process: it may hold anything. `reports`:
 * whether the command is one of ours, so that an end without a report is none, whatever its exit code says.
 */
export async function readRun(file: FileHandle, result: RunResult, reports: boolean): Promise<TestRun> {
  const reader = new RunReader(reports);
  const stream = file.createReadStream({ start: 0, end: REPORT_BYTES, autoClose: false });
  for await (const line of createInterface({ input: stream })) {
    const event = eventSchema.safeParse(parseJson(line));
    if (event.success) reader.take(event.data);
  }
  return reader.end(result);
}

class RunReader {
  private readonly tests = new Map<string, Outcome>();
  private readonly scopes = new Map<string, Failure>();
  private readonly running = new Set<string>();
  private aborted: string | undefined;
  private status: number | undefined;
  private detailed = false;

  constructor(private readonly reports: boolean) {}

  take(event: Event): void {
    this.detailed = true;
    if (event.event === 'start') this.running.add(event.id);
    else if (event.event === 'finish') this.running.delete(event.id);
    else if (event.event === 'result') this.result(event.id, { kind: event.outcome });
    else if (event.event === 'failure') this.result(event.id, { kind: 'failed', ...failureOf(event) });
    else if (event.event === 'broken') this.scopes.set(event.scope, failureOf(event));
    else if (event.event === 'aborted') this.aborted = event.message;
    else this.status = event.status;
  }

  /** A failure stays one, whatever else is told of the test. */
  private result(id: string, outcome: Outcome): void {
    if (this.tests.get(id)?.kind !== 'failed') this.tests.set(id, outcome);
  }

  end(result: RunResult): TestRun {
    const { tests, scopes, detailed } = this;
    return { tests, scopes, detailed, broken: this.brokenBy(result) };
  }

  private brokenBy(result: RunResult): Broken | undefined {
    const during = this.running.values().next().value;
    const { stopped, exitCode, signal, output } = result;
    // What goes on after the end, such as threads that were left running, does not count; but a command of the
    // project's own may have more to do than to run the tests.
    const counts = this.status === undefined || !this.reports;
    if (counts && stopped !== undefined) {
      return { kind: stopped, message: `the limit of ${stopped} was exceeded`, during };
    }
    const status = counts && exitCode !== 0 ? exitCode : (this.status ?? exitCode);
    if (this.aborted !== undefined) return { kind: 'crashed', message: this.aborted, during };
    const reported = this.detailed || this.reports;
    if (status === NOT_FOUND || (reported && status === STATUS.usage)) {
      return { kind: 'unusable', message: tail(output), during };
    }
    if (reported && this.status === undefined) return this.endlessBy(result, during);
    if (status === 0 || (status === STATUS.noTests && this.status === status)) return undefined;
    const explained = this.scopes.size > 0 || [...this.tests.values()].some(({ kind }) => kind === 'failed');
    if (status === STATUS.failed && explained) return undefined;
    return { kind: this.kindOf(status), message: `${endOf(status, signal)}: ${tail(output)}`, during };
  }

  /** The process is at its end, and its tests were not. */
  private endlessBy({ exitCode, signal, output }: RunResult, during: string | undefined): Broken {
    const died = exitCode === undefined || exitCode === 0 || exitCode > 128;
    if (!this.detailed && !died) return { kind: 'unusable', message: tail(output), during };
    return { kind: 'crashed', message: `${endOf(exitCode, signal)} before its tests were at theirs`, during };
  }

  private kindOf(status: number | undefined): Broken['kind'] {
    if (!this.detailed || status === STATUS.failed || (!this.reports && this.status !== status))
      return 'status';
    return status === STATUS.interrupted && this.scopes.size > 0 ? 'interrupted' : 'crashed';
  }
}

function failureOf({ path, line, message }: Failure): Failure {
  return { path, line, message };
}

/** A shell and bubblewrap tell of a signal by an exit code above 128. */
function endOf(exitCode: number | undefined, signal: string | undefined): string {
  if (signal !== undefined) return `the run was ended by ${signal}`;
  if (exitCode !== undefined && exitCode > 128) {
    return `the run was ended by signal ${exitCode - 128}${exitCode === 139 ? ' (segmentation fault)' : ''}`;
  }
  return `the run ended with exit code ${exitCode}`;
}

/** The lines that say most: those marked as errors, else the last ones. */
function tail(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const errors = lines.filter((line) => /^(?:E {2,}|ERROR:|error:|\S+: error:)/.test(line));
  return (errors.length > 0 ? errors : lines).slice(-3).join(' ').slice(-500) || 'it printed nothing';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
