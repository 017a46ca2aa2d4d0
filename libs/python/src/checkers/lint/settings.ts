import { z } from 'zod';

/** Options of ruff, in its own words. */
export type Table = Readonly<Record<string, unknown>>;

/** What the worker reads of a file with settings; nothing in it was looked at yet. */
export const lintSettingsSchema = z.object({
  /** The table of ruff; null if the file has none. */
  table: z.record(z.string(), z.unknown()).nullable(),
  /** Of a `pyproject.toml`. */
  requiresPython: z.string().nullable(),
  /** Why the file could not be read. */
  problem: z.string().nullable(),
  /** The modules of the standard library, where this Python can name them. */
  standard: z.array(z.string()),
});
export type LintSettings = z.infer<typeof lintSettingsSchema>;

export type ReadSettings = (file: string, signal?: AbortSignal) => Promise<LintSettings>;

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The texts of a list; of anything else none. */
export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
