export interface WaitingTimes {
  /** Before anything is said. */
  readonly firstMs: number;
  /** Between what is said after that. */
  readonly againMs: number;
}

const TIMES: WaitingTimes = { firstMs: 2_000, againMs: 10_000 };

/** What `work` gives; while it lasts, `say` is called after 2 s and then every 10 s with the seconds so far. */
export async function whileWaiting<T>(
  work: Promise<T>,
  say: (seconds: number) => void,
  { firstMs, againMs }: WaitingTimes = TIMES,
): Promise<T> {
  const start = Date.now();
  const tell = (): void => say(Math.round((Date.now() - start) / 1_000));
  let timer = setTimeout(function again() {
    tell();
    timer = setTimeout(again, againMs);
  }, firstMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
