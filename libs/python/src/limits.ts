/** What one file, and one worker process, may cost. */
export interface PythonLimits {
  /** Address space of a worker; beyond it Python raises MemoryError. */
  readonly memoryMb: number;
  /** A worker that grew beyond this is replaced once it is idle. */
  readonly recycleMb: number;
  /** Processor time for one file. The wall time is bounded by five times as much, for a busy machine. */
  readonly fileSeconds: number;
  /** Processor time for the imports of one change, over the whole project. */
  readonly importsSeconds: number;
  readonly fileBytes: number;
}

export const DEFAULT_LIMITS: PythonLimits = {
  memoryMb: 1_536,
  recycleMb: 400,
  fileSeconds: 10,
  importsSeconds: 60,
  fileBytes: 16 * 1_024 * 1_024,
};
