import type { Interpreter } from './interpreter.js';

/** The Python that a project asks for and the one that judges it, found by reading files only. */
export interface ProjectPython {
  /** The project's own version where it is on this machine. */
  readonly interpreter: Interpreter;
  /** The folder of the project's virtual environment, absolute. */
  readonly environment: string | undefined;
  /** Its site-packages; those of the interpreter without an environment. */
  readonly sitePackages: readonly string[];
  /**
   * Whether tools of the environment may be started: never where the environment may have come with the
   * project's own files, since they are as little trusted as its code.
   */
  readonly trusted: boolean;
  /** Why another Python judges than the project asks for; null if it is the one. */
  readonly note: string | null;
}
