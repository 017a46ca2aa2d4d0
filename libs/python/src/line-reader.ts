/** The longest answer that is taken: parsing it must not hold up everything else for long. */
export const MAX_LINE_BYTES = 32 * 1_024 * 1_024;
const LINE_FEED = 10;

/** Cuts the output of a process into lines. They are ASCII, as our workers write them, so bytes are characters. */
export class LineReader {
  private parts: Buffer[] = [];
  private bytes = 0;
  private overrun = false;

  /** Once a line is too long, `onTooLong` is called and nothing more is read. */
  constructor(
    private readonly onLine: (line: string) => void,
    private readonly onTooLong: () => void,
  ) {}

  take(chunk: Buffer): void {
    let start = 0;
    for (
      let end = chunk.indexOf(LINE_FEED);
      end >= 0 && !this.overrun;
      end = chunk.indexOf(LINE_FEED, start)
    ) {
      this.keep(chunk.subarray(start, end));
      this.flush();
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
  }

  private keep(part: Buffer): void {
    if (part.length === 0 || this.overrun) return;
    this.bytes += part.length;
    if (this.bytes > MAX_LINE_BYTES) {
      this.overrun = true;
      this.parts = [];
      this.onTooLong();
      return;
    }
    this.parts.push(part);
  }

  private flush(): void {
    if (this.overrun) return;
    const line = Buffer.concat(this.parts, this.bytes).toString('latin1');
    this.parts = [];
    this.bytes = 0;
    this.onLine(line);
  }
}
