/** How a part of a message looks (core.telegram.org/bots/api, "MessageEntity"). */
export type Style = 'bold' | 'italic' | 'code' | { readonly pre: string };

export interface Part {
  readonly text: string;
  readonly style?: Style;
}

/** core.telegram.org/bots/api, "MessageEntity": offsets and lengths in UTF-16 code units. */
export interface Entity {
  readonly type: 'bold' | 'italic' | 'code' | 'pre';
  readonly offset: number;
  readonly length: number;
  readonly language?: string;
}

/** A message as the Bot API takes it: text and entities, so that no text can be read as markup. */
export interface RichText {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** Control and format characters, such as those that turn the direction of writing; line ends, tabs and joined emoji stay. */
const UNSEEN = /(?![\n\t\u200d])[\p{Cc}\p{Cf}]/gu;

/** Joins words invisibly; behind it clients find no mention, command, hashtag or link. */
const JOINER = '\u2060';

/**
 * Words of IDS itself, with the parts that others wrote already made by the functions below. Nothing else makes
 * parts of a message.
 */
export function own(text: string, style?: Style): Part {
  return style === undefined ? { text } : { text, style };
}

/**
 * Prose that a model or a person wrote: as it is, except that nothing in it becomes a mention, a command, a hashtag
 * or a link, and that nothing in it is unseen.
 */
export function prose(text: string): Part {
  return { text: joined(clean(text)) };
}

/** Domains may have more before the dot than letters, but known ones end in letters. */
function joined(text: string): string {
  return text
    .replaceAll(/(?<![\p{L}\p{N}_])([@/#$])(?=[\p{L}\p{N}\p{M}_·])/gu, `$1${JOINER}`)
    .replaceAll(/(?<=[\p{L}\p{N}_]):\/\//gu, `:${JOINER}//`)
    .replaceAll(/([.@])(?=[\p{L}\p{N}_-])/gu, `$1${JOINER}`);
}

interface Looks {
  readonly text: string;
  readonly entities: readonly { readonly type: string; readonly offset: number; readonly length: number }[];
}

/** The message without any looks: what was code, and is none any more, is made prose. */
export function withoutLooks({ text, entities }: Looks): string {
  let plain = '';
  let from = 0;
  for (const { type, offset, length } of entities) {
    if (type !== 'code' && type !== 'pre') continue;
    plain += text.slice(from, offset) + joined(text.slice(offset, offset + length));
    from = offset + length;
  }
  return plain + text.slice(from);
}

/** A name, path or value of others; clients look for nothing in it. */
export function code(text: string): Part {
  const shown = clean(text).replaceAll(/\s+/g, ' ').trim();
  return shown === '' ? { text: '(empty)' } : { text: shown, style: 'code' };
}

/** Lines of code of others. */
export function block(text: string, language = ''): Part {
  const shown = clean(text).trimEnd();
  return shown === '' ? { text: '(empty)' } : { text: shown, style: { pre: language } };
}

/** The parts put together; neighbours of one look become one entity. */
export function richText(parts: readonly Part[]): RichText {
  let text = '';
  const entities: Entity[] = [];
  for (const part of parts) {
    const entity = entityOf(part, text.length);
    if (entity !== undefined) entities.push(entity);
    text += part.text;
  }
  return { text, entities };
}

function entityOf({ text, style }: Part, offset: number): Entity | undefined {
  if (style === undefined || text === '') return undefined;
  const place = { offset, length: text.length };
  if (typeof style === 'string') return { type: style, ...place };
  return { type: 'pre', ...place, ...(style.pre === '' ? {} : { language: style.pre }) };
}

/** Half of a pair of surrogates becomes a replacement character on its way through UTF-8. */
function clean(text: string): string {
  return Buffer.from(text.replaceAll('\r\n', '\n').replaceAll(UNSEEN, '')).toString();
}
