import { JOB_NAMES, type JobData, type JobName } from '@ids/contracts';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { handledJob, type JobContext } from './handlers.js';

type Run = (data: unknown, context: JobContext) => Promise<unknown>;

/** The handlers of this process, one for each job of the catalog. */
@Injectable()
export class HandlerRegistry {
  private readonly handlers = new Map<JobName, Run>();

  constructor(private readonly discovery: DiscoveryService) {}

  /**
   * Finds the handlers among the providers.
   * @throws Error naming the job that has no handler or two, and the fix; the process must not start then.
   */
  collect(): void {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      const name = typeof metatype === 'function' ? handledJob(metatype) : undefined;
      if (name === undefined) continue;
      if (this.handlers.has(name)) {
        throw new Error(`The job "${name}" has two handlers; keep one class with @HandlesJob('${name}').`);
      }
      this.handlers.set(name, bind(name, instance));
    }
    const missing = JOB_NAMES.filter((name) => !this.handlers.has(name));
    if (missing.length > 0) {
      throw new Error(
        `No handler for: ${missing.join(', ')}; add a provider with @HandlesJob('${missing[0] ?? ''}').`,
      );
    }
  }

  /** Runs the handler of a job; the data was parsed by the catalog. */
  run<N extends JobName>(name: N, data: JobData<N>, context: JobContext): Promise<unknown> {
    const handler = this.handlers.get(name);
    if (handler === undefined) throw new Error(`The job "${name}" has no handler.`);
    return handler(data, context);
  }
}

function bind(name: JobName, instance: unknown): Run {
  const handle: unknown =
    typeof instance === 'object' && instance !== null && 'handle' in instance && instance.handle;
  if (typeof handle !== 'function') throw new Error(`The handler of "${name}" has no method "handle".`);
  return async (data, context): Promise<unknown> => {
    const outcome: unknown = await Reflect.apply(handle, instance, [data, context]);
    return outcome;
  };
}
