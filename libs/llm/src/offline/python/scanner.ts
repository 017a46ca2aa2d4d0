/** Stands for every character of a string in `code`; a text that holds it itself is not scanned. */
export const STRING = '\ue000';

/** A Python text with its strings and comments told apart from its code. */
export interface Scan {
  readonly text: string;
  /** As long as the text: comments are blanks, strings are STRING, line ends stay. Fields of f-strings are code. */
  readonly code: string;
  /** Offsets at which a logical line begins: no string, bracket or backslash goes on there. */
  readonly logicalStarts: readonly number[];
}

/** What is open while scanning: brackets, and f-strings that are inside one of their fields. */
interface Field {
  readonly quote: string;
  readonly depth: number;
  /** After the `:` of a field, where text is literal again but may hold fields of its own. */
  readonly spec: boolean;
}

const PREFIX = /(?:[rbuft]|[bft]r|r[bft])?("""|'''|"|')/iy;

/**
 * Scans a text whose line ends are `\n`; null if strings or brackets do not match, so that nobody edits what was not
 * understood.
 */
export function scan(text: string): Scan | null {
  return new Scanner(text).run();
}

class Scanner {
  private at = 0;
  private readonly code: string[] = [];
  private readonly starts: number[] = [0];
  private readonly brackets: string[] = [];
  private readonly fields: Field[] = [];

  constructor(private readonly text: string) {}

  run(): Scan | null {
    if (/[\0\ue000\r]/.test(this.text)) return null;
    while (this.at < this.text.length) if (!this.step()) return null;
    if (this.brackets.length > 0 || this.fields.length > 0) return null;
    const starts = this.starts.filter((start) => start < this.text.length);
    return { text: this.text, code: this.code.join(''), logicalStarts: starts };
  }

  private step(): boolean {
    const char = this.text[this.at] ?? '';
    const field = this.fields.at(-1);
    if (
      field !== undefined &&
      this.brackets.length === field.depth &&
      (char === '}' || isSpec(this.text, this.at))
    ) {
      return this.leaveExpression(field, char);
    }
    if (char === '#') return this.comment();
    if (char === '\\') return this.continuation();
    const opening = this.stringAt();
    if (opening !== undefined) return this.openString(opening);
    if (char === '\n') this.newline();
    else if ('([{'.includes(char)) this.brackets.push(char);
    else if (')]}'.includes(char) && !this.closes(char)) return false;
    this.keep(1);
    return true;
  }

  private closes(char: string): boolean {
    const open = this.brackets.pop();
    return open !== undefined && '()[]{}'.includes(open + char);
  }

  private newline(): void {
    if (this.brackets.length === 0 && this.fields.length === 0) this.starts.push(this.at + 1);
  }

  private comment(): boolean {
    const end = this.text.indexOf('\n', this.at);
    const length = (end === -1 ? this.text.length : end) - this.at;
    this.put(' ', length);
    return true;
  }

  /** A backslash joins the next line to this one; anywhere else it is no Python. */
  private continuation(): boolean {
    if (this.text[this.at + 1] !== '\n') return false;
    this.code.push(' \n');
    this.at += 2;
    return true;
  }

  private stringAt(): { quote: string; prefix: string } | undefined {
    PREFIX.lastIndex = this.at;
    const match = PREFIX.exec(this.text);
    if (match === null) return undefined;
    const quote = match[1] ?? '';
    const prefix = match[0].slice(0, -quote.length).toLowerCase();
    // The end of a word is no prefix: `if"a"` is `if` and a string.
    if (prefix !== '' && /\w/.test(this.text[this.at - 1] ?? '')) return undefined;
    return { quote, prefix };
  }

  private openString({ quote, prefix }: { quote: string; prefix: string }): boolean {
    this.put(STRING, prefix.length + quote.length);
    if (!/[ft]/.test(prefix)) return this.plainString(quote);
    return this.formatted({ quote, depth: this.brackets.length, spec: false });
  }

  private plainString(quote: string): boolean {
    while (this.at < this.text.length) {
      const char = this.text[this.at];
      if (char === '\\') this.put(STRING, 2);
      else if (this.text.startsWith(quote, this.at)) {
        this.put(STRING, quote.length);
        return true;
      } else if (char === '\n' && quote.length === 1) return false;
      else this.put(STRING, 1);
    }
    return false;
  }

  /** The literal part of an f-string, or of a field's format, up to its end or its next field. */
  private formatted(field: Field): boolean {
    while (this.at < this.text.length) {
      const char = this.text[this.at] ?? '';
      const pair = this.text.slice(this.at, this.at + 2);
      if (field.spec && char === '}') {
        this.put(STRING, 1);
        return this.resume();
      }
      if (!field.spec && this.text.startsWith(field.quote, this.at)) {
        this.put(STRING, field.quote.length);
        return true;
      }
      if (char === '{' && (field.spec || pair !== '{{')) {
        this.put(STRING, 1);
        this.fields.push(field);
        return true;
      }
      if (char === '\n' && field.quote.length === 1) return false;
      this.put(
        STRING,
        !field.spec && (pair === '{{' || pair === '}}' || (char === '\\' && pair !== '\\{')) ? 2 : 1,
      );
    }
    return false;
  }

  /** A field's expression ends: at `}` the string goes on, at `:` or `!r` its format begins. */
  private leaveExpression(field: Field, char: string): boolean {
    if (char === '}') {
      this.fields.pop();
      this.put(STRING, 1);
      return this.formatted(field);
    }
    this.put(STRING, 1);
    return this.formatted({ ...field, spec: true });
  }

  /** After the `}` of a format: the field that it belongs to is done, its string goes on. */
  private resume(): boolean {
    const field = this.fields.pop();
    return field !== undefined && this.formatted(field);
  }

  private keep(length: number): void {
    this.code.push(this.text.slice(this.at, this.at + length));
    this.at += length;
  }

  /** Puts `mark` for the next characters, but keeps line ends. */
  private put(mark: string, length: number): void {
    const part = this.text.slice(this.at, this.at + length);
    this.code.push(part.replace(/[^\r\n]/g, mark));
    this.at += part.length;
  }
}

/** A colon (not `:=` in brackets, which the depth rules out) or a conversion like `!r`. */
function isSpec(text: string, at: number): boolean {
  return text[at] === ':' || (text[at] === '!' && text[at + 1] !== '=');
}
