import { messageOf } from '@ids/kernel';

/** Resolves with warnings (none: all is well); rejects while the program cannot do its work. */
export type HealthCheck = () => Promise<readonly string[]>;
export type HealthChecks = Readonly<Record<string, HealthCheck>>;

export interface HealthReport {
  readonly status: 'ok' | 'unavailable';
  readonly checks: Readonly<
    Record<
      string,
      { readonly status: 'up' | 'down'; readonly reason?: string; readonly warnings: readonly string[] }
    >
  >;
}

/** A check that has not answered by then counts as failed: an orchestrator waits only a little longer. */
const CHECK_MS = 2_000;

/** Asks all checks at once. Never rejects, and takes at most two seconds. */
export async function readHealth(checks: HealthChecks): Promise<HealthReport> {
  const entries = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await readCheck(check)] as const),
  );
  const down = entries.some(([, entry]) => entry.status === 'down');
  return { status: down ? 'unavailable' : 'ok', checks: Object.fromEntries(entries) };
}

async function readCheck(check: HealthCheck): Promise<HealthReport['checks'][string]> {
  try {
    return { status: 'up', warnings: await within(CHECK_MS, check()) };
  } catch (error) {
    return { status: 'down', reason: messageOf(error), warnings: [] };
  }
}

/** Rejects if `work` takes longer; what it gives later is dropped. */
export function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`no answer within ${milliseconds} ms`));
    const timer = setTimeout(late, milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Redis can be reached; warns unless it keeps what it acknowledged (append-only file, no eviction). */
export function redisCheck(redis: { info(): Promise<string> }): HealthCheck {
  return async () => {
    const info = await redis.info();
    const warnings: string[] = [];
    if (!/^aof_enabled:1\s*$/m.test(info)) {
      warnings.push(
        'Redis keeps no append-only file: a restart of Redis loses sessions (set appendonly yes).',
      );
    }
    if (!/^maxmemory_policy:noeviction\s*$/m.test(info)) {
      warnings.push(
        'Redis may evict keys when it is full: sessions would vanish (set maxmemory-policy noeviction).',
      );
    }
    return warnings;
  };
}
