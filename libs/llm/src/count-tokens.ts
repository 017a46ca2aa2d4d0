/** How many tokens a text has, special tokens taken for the text they are. */
export type CountTokens = (text: string) => number;

/** Byte pair encoding takes quadratic time over a long run of one kind of character. */
const PIECES = /[^\n]{1,1000}\n?|\n/g;
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/**
 * Counts by the encoding `o200k_base` of OpenAI's current models; those of others differ by some percent. Lines are
 * counted one by one, very long ones in pieces, which can only make the count larger. The tables are loaded by the
 * first who asks.
 */
export async function tokenCounter(): Promise<CountTokens> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  return (text) => (text.match(PIECES) ?? []).reduce((sum, piece) => sum + countTokens(piece, AS_TEXT), 0);
}
