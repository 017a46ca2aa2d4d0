/** What one run of a project's tests may cost. What is not bounded stands in docs/tests-layer.md. */
export interface TestLimits {
  /** Wall time of one run; a change whose tests fail takes up to three, within the deadline of the stage. */
  readonly seconds: number;
  /** Of the project's copy. */
  readonly copyMb: number;
  readonly copyFiles: number;
  /** Private memory of each process, and what all of them hold together. */
  readonly memoryMb: number;
  /** Processes and threads at one time. */
  readonly processes: number;
  /** The size of one file. */
  readonly fileMb: number;
  /** What the tests may add to the disk. */
  readonly diskMb: number;
  readonly diskFiles: number;
  /** Printed output; only its end is kept. */
  readonly outputMb: number;
}

export const DEFAULT_TEST_LIMITS: TestLimits = {
  seconds: 240,
  copyMb: 1_024,
  copyFiles: 50_000,
  memoryMb: 4_096,
  processes: 512,
  fileMb: 512,
  diskMb: 2_048,
  diskFiles: 100_000,
  outputMb: 64,
};

export const MB = 1_024 * 1_024;
