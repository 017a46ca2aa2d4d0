/** What a message says. */
export type Said =
  | { readonly kind: 'command'; readonly name: string; readonly addressed: boolean; readonly rest: string }
  | { readonly kind: 'text'; readonly text: string }
  /** Begins like a command and is none, or holds nothing that could be read. */
  | { readonly kind: 'nothing' };

const COMMAND = /^\/(\w+)(@\w+)?(?!\S)([\s\S]*)$/;

/** `/code@ids_bot Add logging` is the command `code`; its text may have several lines. */
export function parseMessage(message: string): Said {
  const text = message.trim();
  const [, name, addressee, rest = ''] = COMMAND.exec(text) ?? [];
  if (name !== undefined)
    return { kind: 'command', name, addressed: addressee !== undefined, rest: rest.trim() };
  return text.startsWith('/') || !isReadable(text) ? { kind: 'nothing' } : { kind: 'text', text };
}

/** Whether a text has anything that is seen. */
export function isReadable(text: string): boolean {
  return /[^\p{C}\p{Z}\s]/u.test(text);
}

/** Words between spaces; quotes, also those that phones make of them, keep spaces in a word. */
export function words(text: string): string[] {
  const found = text.matchAll(/["“”„]([^"“”„]*)["“”„]|(\S+)/g);
  return [...found].map(([, quoted, bare]) => quoted ?? bare ?? '').filter((word) => word !== '');
}
