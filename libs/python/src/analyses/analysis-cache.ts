import { createHash, hash as digestOf } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Where analyses are kept. It is a help and no more: whatever goes wrong is a miss, an entry may be lost at any
 * time, and neither method ever throws.
 */
export interface AnalysisCache {
  /** The value of each key, in order. */
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>;
  putMany(entries: readonly { readonly key: string; readonly value: string }[]): Promise<void>;
}

/** Keeps nothing. */
export const NO_CACHE: AnalysisCache = {
  getMany: async (keys) => keys.map(() => undefined),
  putMany: async () => undefined,
};

const WORKER = new URL('../worker/', import.meta.url);
let worker: string | undefined;

/** The key of an analysis: what was read, by which Python, with which code of ours. No path is part of it. */
export function cacheKey(hash: string, form: string, version: string): string {
  worker ??= workerDigest();
  return digestOf('sha256', [hash, form, version, worker].join('\n'));
}

/** The worker's own files decide what an analysis holds, so a change of them makes all others out of date. */
function workerDigest(): string {
  const digest = createHash('sha256');
  const names = readdirSync(new URL('idspy/', WORKER)).filter((name) => name.endsWith('.py'));
  for (const name of names.sort()) {
    digest.update(`${name}\n`).update(readFileSync(new URL(`idspy/${name}`, WORKER)));
  }
  return digest.digest('hex');
}
