import { indentUnit, lineLimit, quoteOf } from './plan.js';
import type { PythonSource } from '../python/source.js';

/** A message in the words of logging: `%s` for each argument. */
export interface Message {
  readonly text: string;
  readonly args: readonly string[];
}

/** Writes log calls in the style of one file. */
export class LogCalls {
  private readonly quote: '"' | "'";
  private readonly limit: number;
  private readonly unit: string;

  constructor(
    source: PythonSource,
    private readonly logger: string,
  ) {
    this.quote = quoteOf(source);
    this.limit = lineLimit(source);
    this.unit = indentUnit(source);
  }

  /** The lines of one call; more than one where it would be too long. */
  lines(level: 'debug' | 'info' | 'warning' | 'exception', message: Message, indent: string): string[] {
    const name = `${this.logger}.${level}`;
    const parts = [this.literal(message), ...message.args];
    const whole = `${indent}${name}(${parts.join(', ')})`;
    if (whole.length <= this.limit) return [whole];
    const inner = `${indent}${this.unit}${parts.join(', ')}`;
    if (inner.length <= this.limit) return [`${indent}${name}(`, inner, `${indent})`];
    return [`${indent}${name}(`, ...parts.map((part) => `${indent}${this.unit}${part},`), `${indent})`];
  }

  private literal({ text, args }: Message): string {
    // Without arguments logging leaves a percent sign alone.
    const escaped = (args.length === 0 ? text.replaceAll('%%', '%') : text).replaceAll('\\', '\\\\');
    const quote =
      escaped.includes(this.quote) && !escaped.includes(other(this.quote)) ? other(this.quote) : this.quote;
    return quote + escaped.replaceAll(quote, `\\${quote}`) + quote;
  }
}

function other(quote: '"' | "'"): '"' | "'" {
  return quote === '"' ? "'" : '"';
}

const NAME = /^[^\W\d]\w*(\.[^\W\d]\w*)*$/u;
const CONVERSIONS: Readonly<Record<string, string>> = { '': '%s', '!s': '%s', '!r': '%r', '!a': '%a' };

/**
 * The literal in `text` as a message: `f"no vessel {name!r}"` becomes `no vessel %r` with `name`. Null for what is no
 * single simple string, or has fields that are more than names.
 */
export function messageOfLiteral(text: string): Message | null {
  const match = /^(f?)("|')((?:(?!\2)[^\\\n])*)\2$/i.exec(text);
  if (match === null) return null;
  const [, prefix = '', , body = ''] = match;
  if (prefix === '') return { text: body.replaceAll('%', '%%'), args: [] };
  return messageOfFields(body);
}

function messageOfFields(body: string): Message | null {
  const args: string[] = [];
  let text = '';
  for (const part of body.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g)) {
    const [all, field] = part;
    if (all === '{{' || all === '}}') text += all.charAt(0);
    else if (field === undefined) {
      if (all === '{' || all === '}') return null;
      text += all.replaceAll('%', '%%');
    } else {
      const [, name = '', conversion = '', format = ''] = /^(.*?)(![sra])?(?::(.*))?$/.exec(field) ?? [];
      const mark = markOf(conversion, format);
      if (mark === null || !NAME.test(name)) return null;
      text += mark;
      args.push(name);
    }
  }
  return { text, args };
}

/** The mark of a field: its conversion, or a plain number format such as `.2f`. */
function markOf(conversion: string, format: string): string | null {
  if (format === '') return CONVERSIONS[conversion] ?? null;
  return conversion === '' && /^\.?\d*[df]$/.test(format) ? `%${format}` : null;
}
