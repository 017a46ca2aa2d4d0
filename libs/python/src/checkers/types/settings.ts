import { z } from 'zod';

const strings = z.array(z.string());
const optionsSchema = z.record(z.string(), z.union([z.string(), strings]));

/** A project's settings of mypy as they are written, not yet looked at. */
export const mypySettingsSchema = z.object({
  /** The file they were read from. */
  source: z.string(),
  options: optionsSchema,
  modules: z.array(z.object({ patterns: strings, options: optionsSchema })),
  /** Why the file could not be read; null if it could. */
  broken: z.string().nullable(),
});
export type MypySettings = z.infer<typeof mypySettingsSchema>;
export type MypyOptions = MypySettings['options'];

export const pyrightSettingsSchema = z.object({
  source: z.string(),
  options: z.record(z.string(), z.unknown()),
  broken: z.string().nullable(),
});
export type PyrightSettings = z.infer<typeof pyrightSettingsSchema>;

/** What the types layer has to know of a project, read as data. */
export const typeSettingsSchema = z.object({
  mypy: mypySettingsSchema.nullable(),
  pyright: pyrightSettingsSchema.nullable(),
  /** Folders besides the project's own from which its modules are imported. */
  roots: strings,
  /** Of the paths and importers: those that the project's `exclude` keeps from mypy. */
  excluded: strings,
  /** Files that import the paths asked for, straight or through others, nearest first. */
  importers: strings,
  note: z.string().nullable(),
});
export type TypeSettings = z.infer<typeof typeSettingsSchema>;

export interface TypeQuestion {
  readonly root: string;
  readonly paths: readonly string[];
  readonly added: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
  /** How many importers at most. */
  readonly importers: number;
}
