import { IdsError } from '@ids/kernel';

export type TaskReply =
  | { readonly value?: unknown }
  | { readonly error: { readonly kind: 'limit' | 'failed'; readonly reason: string } };

/** One question to a worker process, with the promise of its answer. */
export class Task {
  readonly promise: Promise<unknown>;
  /** The file the worker was at when it was last heard of; tells who is to blame if it dies. */
  at: string;
  /** Whether a worker died over this task already, perhaps through no fault of the task. */
  triedBefore = false;
  settled = false;
  private resolve: (value: unknown) => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;

  constructor(
    readonly id: number,
    readonly op: string,
    readonly args: unknown,
    /** As people know the file; shown when its limit is exceeded. */
    readonly path: string,
    readonly cpuSeconds: number,
  ) {
    this.at = path;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  settle(reply: TaskReply): void {
    if (!('error' in reply)) {
      this.settled = true;
      this.resolve(reply.value);
      return;
    }
    const { kind, reason } = reply.error;
    this.fail(
      kind === 'limit'
        ? new IdsError('python_limit', { path: this.at, limit: reason })
        : new IdsError('python_failed', { path: this.at, reason }),
    );
  }

  fail(error: unknown): void {
    this.settled = true;
    this.reject(error);
  }
}
