import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { keys } from './keys.js';
import { loadScript, type Redis } from './redis.js';

const put = loadScript('analysis-cache-put');

export interface AnalysisCacheBounds {
  /** Of all entries together, as they are kept. */
  readonly bytes: number;
  readonly entries: number;
  /** How long an entry that nobody uses is kept. */
  readonly unusedMs: number;
  /** A Redis that takes longer than this to answer is left alone for a while. */
  readonly patienceMs: number;
}

export const DEFAULT_CACHE_BOUNDS: AnalysisCacheBounds = {
  bytes: 64 * 1_024 * 1_024,
  entries: 100_000,
  unusedMs: 14 * 86_400_000,
  patienceMs: 1_000,
};

/** Smaller values are not worth the time to shrink them. */
const PACKED_FROM = 4_096;
const FAST = { level: 1 };
/** One entry may take this part of the whole, else it would push out too much. */
const LARGEST_PART = 0.05;
/** An entry of a few bytes may grow into anything. */
const MAX_UNPACKED = 128 * 1_024 * 1_024;
const PLAIN = 'p'.charCodeAt(0);
const PACKED = 'z'.charCodeAt(0);
/** How long a Redis that failed is left alone. */
const PAUSE_MS = 5_000;
/** Entries are written in scripts of at most so many bytes, so that none holds up the server. */
const SCRIPT_BYTES = 1_024 * 1_024;

interface Entry {
  readonly key: string;
  readonly value: string;
}

/**
 * Analyses by key, shared by all workers, within bounds of bytes and entries: the least recently used go first.
 * A help and no more: garbage, a lost entry and a Redis that is away are misses, and nothing ever throws. The
 * connection must fail fast (`producer`).
 */
export class RedisAnalysisCache {
  private pausedUntil = 0;

  constructor(
    private readonly redis: Redis,
    private readonly onFailure: (error: unknown) => void = () => undefined,
    private readonly bounds: AnalysisCacheBounds = DEFAULT_CACHE_BOUNDS,
  ) {}

  /** The value of each key, in order. */
  async getMany(wanted: readonly string[]): Promise<(string | undefined)[]> {
    const found = await this.attempt(async () => {
      if (wanted.length === 0) return [];
      const values = await this.redis.hmgetBuffer(keys.analyses, ...wanted);
      const hits = wanted.filter((_key, at) => (values[at] ?? null) !== null);
      if (hits.length > 0) this.touch(hits);
      return values.map((value) => (value === null ? undefined : unpack(value)));
    });
    return wanted.map((_key, at) => found?.[at]);
  }

  async putMany(entries: readonly Entry[]): Promise<void> {
    const { bytes, entries: most, unusedMs } = this.bounds;
    const packed = entries
      .map(({ key, value }) => ({ key, value: pack(value) }))
      .filter(({ value }) => value.length <= bytes * LARGEST_PART);
    for (const part of partsOf(packed)) {
      const args = part.flatMap(({ key, value }) => [key, value]);
      await this.attempt(() => put.run(this.redis, CACHE_KEYS, [Date.now(), unusedMs, bytes, most, ...args]));
    }
  }

  /** That they were used is not worth waiting for. */
  private touch(hits: readonly string[]): void {
    const now = Date.now();
    const scores = hits.flatMap((key) => [now, key]);
    void this.attempt(() => this.redis.zadd(keys.analysesByUse, 'XX', ...scores));
  }

  /** Undefined if Redis is away, slow or refuses; it is then left alone for a while. */
  private async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (Date.now() < this.pausedUntil) return undefined;
    try {
      return await within(this.bounds.patienceMs, work());
    } catch (error) {
      this.pausedUntil = Date.now() + PAUSE_MS;
      this.onFailure(error);
      return undefined;
    }
  }
}

const CACHE_KEYS = [keys.analyses, keys.analysesByUse, keys.analysesBytes];

function* partsOf<T extends { readonly value: Buffer }>(entries: readonly T[]): Generator<T[]> {
  let part: T[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (part.length > 0 && bytes + entry.value.length > SCRIPT_BYTES) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(entry);
    bytes += entry.value.length;
  }
  if (part.length > 0) yield part;
}

function pack(value: string): Buffer {
  const plain = Buffer.from(value);
  const packed = plain.length < PACKED_FROM ? plain : deflateRawSync(plain, FAST);
  return packed.length < plain.length
    ? Buffer.concat([Buffer.of(PACKED), packed])
    : Buffer.concat([Buffer.of(PLAIN), plain]);
}

/** Undefined for what `pack` did not make. */
function unpack(value: Buffer): string | undefined {
  const rest = value.subarray(1);
  if (value[0] === PLAIN) return rest.toString();
  if (value[0] !== PACKED) return undefined;
  try {
    return inflateRawSync(rest, { maxOutputLength: MAX_UNPACKED }).toString();
  } catch {
    return undefined;
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  // Whatever it still answers after that is of no interest.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
