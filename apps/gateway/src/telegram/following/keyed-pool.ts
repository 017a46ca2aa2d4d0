/**
 * Does a work for each key, few at once. A key that is added while it waits is worked on once; one that is added
 * while it is worked on, once more afterwards.
 */
export class KeyedPool<K> {
  private readonly waiting = new Set<K>();
  private readonly running = new Map<K, Promise<void>>();

  constructor(
    /** Never rejects. */
    private readonly work: (key: K) => Promise<void>,
    private readonly bounds: { readonly atOnce: number; readonly waiting: number },
  ) {}

  /** False if too many wait already; then nothing was kept. */
  add(key: K): boolean {
    if (!this.waiting.has(key) && this.waiting.size >= this.bounds.waiting) return false;
    this.waiting.add(key);
    this.fill();
    return true;
  }

  /** Forgets what waits, and resolves once nothing runs. */
  async close(): Promise<void> {
    this.waiting.clear();
    await Promise.all(this.running.values());
  }

  private fill(): void {
    for (const key of this.waiting) {
      if (this.running.size >= this.bounds.atOnce) return;
      if (this.running.has(key)) continue;
      this.waiting.delete(key);
      const done = this.work(key).finally(() => {
        this.running.delete(key);
        this.fill();
      });
      this.running.set(key, done);
    }
  }
}
