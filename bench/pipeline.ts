/** Something that carries a session through all hops. */
export interface Pipeline {
  /** Begins one session. */
  start(): Promise<void>;
  /** How many sessions have come to their end. */
  ended(): number;
  close(): Promise<void>;
}
