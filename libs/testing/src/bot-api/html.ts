import { badRequest, type Refusal } from './refusal.js';

/** core.telegram.org/bots/api, "MessageEntity"; offsets and lengths in UTF-16 code units. */
export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
}

export interface Formatted {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** core.telegram.org/bots/api, "HTML style"; the rules of nesting and the errors are those of td/telegram/MessageEntity.cpp. */
const TYPES: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
  a: 'text_link',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
};
/** The only named references that are decoded; others stay as they are. */
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const REFERENCE = /&(?:#x([\da-f]+)|#(\d+)|([a-z]+));?/giy;
const ATTRIBUTE = /\s*([^\s=>/]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))/y;

interface Open {
  readonly name: string;
  readonly argument: string;
  readonly offset: number;
}

/** A text in the HTML of the Bot API, as text with entities. @throws Refusal as the real one refuses broken markup */
export function parseHtml(source: string): Formatted {
  const open: Open[] = [];
  const entities: Entity[] = [];
  let text = '';
  for (let at = 0; at < source.length;) {
    const character = source[at] ?? '';
    if (character === '&') {
      const decoded = reference(source, at);
      text += decoded?.text ?? '&';
      at = decoded?.end ?? at + 1;
    } else if (character !== '<') {
      text += character;
      at += 1;
    } else if (source[at + 1] === '/') {
      at = close(source, at, open, text, entities);
    } else {
      at = start(source, at, open, text);
    }
  }
  const left = open.at(-1);
  if (left !== undefined) throw broken(`Can't find end tag corresponding to start tag "${left.name}"`);
  return { text, entities: merged(entities) };
}

function start(source: string, at: number, open: Open[], text: string): number {
  const where = byteOffset(source, at);
  const name = (/^<([^\s>]*)/.exec(source.slice(at))?.[1] ?? '').toLowerCase();
  let next = at + 1 + name.length;
  if (next >= source.length) throw broken(`Unclosed start tag at byte offset ${where}`);
  if (TYPES[name] === undefined) throw broken(`Unsupported start tag "${name}" at byte offset ${where}`);
  let argument = '';
  for (;;) {
    const rest = /^\s*>/.exec(source.slice(next));
    if (rest !== null) {
      next += rest[0].length;
      break;
    }
    ATTRIBUTE.lastIndex = next;
    const found = ATTRIBUTE.exec(source);
    if (found === null) throw broken(`Unclosed start tag "${name}" at byte offset ${where}`);
    const value = decodeAll(found[2] ?? found[3] ?? found[4]?.toLowerCase() ?? '');
    argument = argumentOf(name, found[1] ?? '', value) ?? argument;
    next = ATTRIBUTE.lastIndex;
  }
  if (name === 'span' && argument !== 'spoiler') {
    throw broken(`Tag "span" must have class "tg-spoiler" at byte offset ${where}`);
  }
  open.push({ name, argument, offset: text.length });
  return next;
}

function argumentOf(tag: string, attribute: string, value: string): string | undefined {
  if (tag === 'a' && attribute === 'href') return value;
  if (tag === 'code' && attribute === 'class')
    return value.startsWith('language-') ? value.slice(9) : undefined;
  if (tag === 'span' && attribute === 'class') return value.startsWith('tg-') ? value.slice(3) : undefined;
  return undefined;
}

function close(source: string, at: number, open: Open[], text: string, entities: Entity[]): number {
  const where = byteOffset(source, at);
  const last = open.pop();
  if (last === undefined) throw broken(`Unexpected end tag at byte offset ${where}`);
  const found = /^<\/([^\s>]*)\s*>/.exec(source.slice(at));
  if (found === null) throw broken(`Unclosed end tag at byte offset ${where}`);
  const name = (found[1] ?? '').toLowerCase();
  if (name !== '' && name !== last.name) {
    throw broken(`Unmatched end tag at byte offset ${where}, expected "</${last.name}>", found "</${name}>"`);
  }
  const length = text.length - last.offset;
  // A link that is no address is dropped, its text stays.
  if (length > 0 && !(last.name === 'a' && !isLink(last.argument))) {
    entities.push({
      type: TYPES[last.name] ?? '',
      offset: last.offset,
      length,
      ...(last.name === 'a' ? { url: last.argument } : {}),
      ...(last.name === 'code' && last.argument !== '' ? { language: last.argument } : {}),
    });
  }
  return at + found[0].length;
}

function isLink(text: string): boolean {
  return /^(?:https?|tg|tonsite|mailto):/i.test(text) || /^[\w-]+(?:\.[\w-]+)+(?:\/|$)/.test(text);
}

/** `<pre><code class="language-x">` is one entity; the language of other code is dropped. */
function merged(entities: readonly Entity[]): Entity[] {
  const result: Entity[] = [];
  for (const entity of entities) {
    const last = result.at(-1);
    const same = last?.offset === entity.offset && last.length === entity.length;
    if (entity.type === 'pre' && same && last?.type === 'code' && last.language !== undefined) {
      result[result.length - 1] = { ...entity, language: last.language };
    } else {
      result.push(entity);
    }
  }
  return result
    .map(({ language, ...rest }) =>
      rest.type === 'pre' && language !== undefined ? { ...rest, language } : rest,
    )
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
}

function reference(source: string, at: number): { text: string; end: number } | undefined {
  REFERENCE.lastIndex = at;
  const found = REFERENCE.exec(source);
  if (found === null) return undefined;
  const [, hex, decimal, name] = found;
  if (name !== undefined) {
    const text = NAMED[name];
    return text === undefined ? undefined : { text, end: REFERENCE.lastIndex };
  }
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (code === 0 || code >= 0x10ffff) return undefined;
  return { text: String.fromCodePoint(code), end: REFERENCE.lastIndex };
}

function decodeAll(text: string): string {
  let result = '';
  for (let at = 0; at < text.length;) {
    const decoded = text[at] === '&' ? reference(text, at) : undefined;
    result += decoded?.text ?? text[at] ?? '';
    at = decoded?.end ?? at + 1;
  }
  return result;
}

function byteOffset(source: string, at: number): number {
  return Buffer.byteLength(source.slice(0, at));
}

function broken(reason: string): Refusal {
  return badRequest(`can't parse entities: ${reason}`);
}
