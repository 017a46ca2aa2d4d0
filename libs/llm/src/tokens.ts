import type { ModelMessage } from './model.port.js';

/** About this many ASCII characters make one token of code or English, rounded so that the estimate is not too low. */
const CHARACTERS_PER_TOKEN = 3.5;
/** What roles and separators of one message cost. */
const TOKENS_PER_MESSAGE = 4;

/** A careful guess of how many tokens a text has; characters beyond ASCII count as one each. */
export function estimateTokens(text: string): number {
  const beyondAscii = text.match(/[^\0-\x7f]/g)?.length ?? 0;
  return Math.ceil((text.length - beyondAscii) / CHARACTERS_PER_TOKEN) + beyondAscii;
}

/** The same for a whole prompt. */
export function estimatePrompt(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + estimateTokens(message.content) + TOKENS_PER_MESSAGE, 0);
}
