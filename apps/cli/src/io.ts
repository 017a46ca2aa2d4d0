import type { CliSettings } from '@ids/config';

/** Where lines go; a terminal says so and how wide it is. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Everything that the client takes from its process, so that a test can be one. */
export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly cwd: string;
  readonly settings: CliSettings;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
