import type { Entity, RichText } from './rich-text.js';

/** core.telegram.org/bots/api, "sendMessage": 1 to 4,096 characters after entities parsing. */
export const MAX_MESSAGE = 4_096;
/** Telegram drops entities beyond 100 without a word (`MAX_USER_ENTITY_COUNT` in TDLib's MessageEntity.cpp). */
const MOST_ENTITIES = 90;

/**
 * A long message as several, cut where a person would: between paragraphs, else lines, else words. Code that is cut
 * is code in both. One with too many entities is long, too.
 */
export function split(message: RichText, most = MAX_MESSAGE): RichText[] {
  const pieces: RichText[] = [];
  let start = 0;
  for (;;) {
    const room = Math.min(most, roomForEntities(message, start));
    if (message.text.length - start <= room) break;
    const end = start + cutAt(message.text.slice(start, start + room + 1), room);
    pieces.push(slice(message, start, end));
    start = end;
  }
  pieces.push(slice(message, start, message.text.length));
  return pieces.map(trimmed).filter(({ text }) => text !== '');
}

/** How many characters from here on have no more entities than a message may. */
function roomForEntities({ text, entities }: RichText, start: number): number {
  const ahead = entities.filter(({ offset, length }) => offset + length > start);
  return (ahead[MOST_ENTITIES]?.offset ?? text.length) - start;
}

/** Behind the last good place; one in the first half would waste the other. */
function cutAt(text: string, most: number): number {
  for (const separator of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(separator, most - separator.length);
    if (at > most / 2) return at + separator.length;
  }
  const inPair = /[\ud800-\udbff]/.test(text[most - 1] ?? '');
  return inPair ? most - 1 : most;
}

function slice({ text, entities }: RichText, start: number, end: number): RichText {
  const within = entities.flatMap((entity): Entity[] => {
    const from = Math.max(entity.offset, start);
    const to = Math.min(entity.offset + entity.length, end);
    return to > from ? [{ ...entity, offset: from - start, length: to - from }] : [];
  });
  return { text: text.slice(start, end), entities: within };
}

/** Telegram takes space around a message away by itself; entities are to fit what is left. */
function trimmed(message: RichText): RichText {
  const end = message.text.trimEnd().length;
  const start = message.text.length - message.text.replace(/^\n+/, '').length;
  return slice(message, Math.min(start, end), end);
}
