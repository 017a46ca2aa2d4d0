/** What the Bot API answers instead of a result; its texts and codes are those of telegram-bot-api/Client.cpp. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly description: string,
    readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number },
  ) {
    super(description);
  }
}

export const badRequest = (reason: string): Refusal => new Refusal(400, `Bad Request: ${reason}`);
export const forbidden = (reason: string): Refusal => new Refusal(403, `Forbidden: ${reason}`);
export const conflict = (reason: string): Refusal => new Refusal(409, `Conflict: ${reason}`);

/** core.telegram.org/bots/api, "ResponseParameters": seconds to wait before the request can be repeated. */
export function tooManyRequests(seconds: number): Refusal {
  return new Refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}
