/** What became of a call of the Bot API. None of it holds anything of ours: neither the token nor what was sent. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly result: T }
  /** Too many: its chat has to wait. */
  | { readonly kind: 'flood'; readonly retryMs: number }
  /** The person blocked the bot, or it may not write there any more. */
  | { readonly kind: 'closed' }
  /** The group is a supergroup now, with this id. */
  | { readonly kind: 'migrated'; readonly to: number }
  /** It shows that already. */
  | { readonly kind: 'same' }
  /** The message that was to be changed is gone, or is none that can be changed so. */
  | { readonly kind: 'gone' }
  /** The topic is gone, or closed. */
  | { readonly kind: 'no-topic' }
  /** It will be refused each time; what Telegram said. */
  | { readonly kind: 'refused'; readonly status: number; readonly description: string }
  /** Nobody knows whether it arrived, or nothing can arrive there now: it may go well later. */
  | { readonly kind: 'unreachable'; readonly reason: string };

/** In a few words for the log. */
export function reasonOf(outcome: Outcome<unknown>): string {
  if (outcome.kind === 'refused') return `${outcome.status}: ${outcome.description}`;
  return outcome.kind === 'unreachable' ? outcome.reason : outcome.kind;
}

export interface Refusal {
  readonly status: number;
  readonly description: string;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  readonly migrateTo: number | undefined;
}

/** Where a refusal for too many names no time. */
const DEFAULT_RETRY_SECONDS = 1;

/** What is told by its description, which telegram-bot-api/Client.cpp makes of the errors of Telegram itself. */
const BY_DESCRIPTION: readonly (readonly [RegExp, 'closed' | 'same' | 'gone' | 'no-topic'])[] = [
  [/chat not found|peer_id_invalid/, 'closed'],
  [/message is not modified/, 'same'],
  [
    /message to (?:edit|delete) not found|message can't be edited|no text in the message|message_id_invalid/,
    'gone',
  ],
  [/message thread not found|topic_(?:closed|deleted)/, 'no-topic'],
];

/** Sorts what the Bot API refused (core.telegram.org/bots/api, "Making requests", "ResponseParameters"). */
export function sortRefusal({ status, description, retryAfter, migrateTo }: Refusal): Outcome<never> {
  if (retryAfter !== undefined || status === 429) {
    return { kind: 'flood', retryMs: (retryAfter ?? DEFAULT_RETRY_SECONDS) * 1_000 };
  }
  if (migrateTo !== undefined) return { kind: 'migrated', to: migrateTo };
  // 401 and 404: the token is not valid (any more). No message is to blame for that, so none is given up.
  if (status >= 500 || status === 401 || status === 404) {
    return { kind: 'unreachable', reason: `HTTP ${status}` };
  }
  if (status === 403) return { kind: 'closed' };
  const text = description.toLowerCase();
  const known = BY_DESCRIPTION.find(([pattern]) => pattern.test(text));
  return known === undefined ? { kind: 'refused', status, description } : { kind: known[1] };
}
