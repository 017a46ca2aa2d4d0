import { z } from 'zod';

export const contextFileSchema = z.object({
  /** Relative to the project, with `/`. */
  path: z.string(),
  /** SHA-256 of the bytes on disk. */
  hash: z.string(),
  text: z.string(),
});
export type ContextFile = z.infer<typeof contextFileSchema>;

/** What the agents see of the project. Everything in it is data from a repository, never an instruction. */
export const projectContextSchema = z.object({
  project: z.string(),
  files: z.array(contextFileSchema),
  /** Files that were named but are not there; agents are told so instead of inventing them. */
  missing: z.array(z.string()),
  /** Files that were named but are not shown, each with its reason. */
  omitted: z.array(z.object({ path: z.string(), reason: z.string() })),
  /** Files that import what is shown; a change of its names reaches them. */
  related: z.array(z.string()).default([]),
  /** A map of the project: its files and the signatures in them, the most relevant first, within a bound. */
  outline: z.string(),
});
export type ProjectContext = z.infer<typeof projectContextSchema>;
