import type { Entity, RichText } from './rich-text.js';

/** core.telegram.org/bots/api, "sendMessage": 1 to 4,096 characters after entities parsing. */
export const MAX_MESSAGE = 4_096;

/**
 * A long message as several, cut where a person would: between paragraphs, else lines, else words. Code that is cut
 * is code in both.
 */
export function split(message: RichText, most = MAX_MESSAGE): RichText[] {
  const pieces: RichText[] = [];
  let start = 0;
  while (message.text.length - start > most) {
    const end = start + cutAt(message.text.slice(start, start + most + 1), most);
    pieces.push(slice(message, start, end));
    start = end;
  }
  pieces.push(slice(message, start, message.text.length));
  return pieces.map(trimmed).filter(({ text }) => text !== '');
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
