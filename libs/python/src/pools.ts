import { IdsError } from '@ids/kernel';
import type { Interpreter } from './interpreter.js';
import type { PythonLimits } from './limits.js';
import { Pool } from './pool.js';

/** Interpreters whose processes are kept warm; those of others end once they are idle. */
const WARM = 3;

/** A pool of processes for each interpreter that projects ask for. */
export class Pools {
  /** The least recently used first. */
  private readonly pools = new Map<string, Pool>();
  private readonly retired = new Set<Pool>();
  private closed = false;

  constructor(
    private readonly processes: number,
    private readonly limits: PythonLimits,
  ) {}

  /** @throws IdsError `python_failed` once closed */
  of({ executable }: Interpreter): Pool {
    if (this.closed) throw new IdsError('python_failed', { reason: 'the service is closed' });
    const pool = this.pools.get(executable) ?? new Pool(executable, this.processes, this.limits);
    this.pools.delete(executable);
    this.pools.set(executable, pool);
    for (const [other, old] of this.pools) {
      if (this.pools.size <= WARM) break;
      this.pools.delete(other);
      this.retire(old);
    }
    return pool;
  }

  close(): void {
    this.closed = true;
    for (const pool of [...this.pools.values(), ...this.retired]) pool.close();
  }

  /** What a retired pool was asked for before is still answered. */
  private retire(pool: Pool): void {
    this.retired.add(pool);
    pool.retire(() => this.retired.delete(pool));
  }
}
