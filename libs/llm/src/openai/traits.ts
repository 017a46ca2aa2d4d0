import { APIError } from 'openai';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { maskSecrets } from '../mask-secrets.js';
import type { ModelRequest } from '../model.port.js';

/** What an endpoint takes, as far as its refusals have told. */
export interface EndpointTraits {
  readonly streaming: boolean;
  readonly streamUsage: boolean;
  readonly responseFormat: boolean;
  /** OpenAI's newer models take only the longer name, many other servers only the shorter. */
  readonly limitName: 'max_tokens' | 'max_completion_tokens';
  /** Whether the other name was refused before: then both are, and the limit's name is not the cause. */
  readonly limitSwapped: boolean;
}

export function firstTraits(baseUrl: string | undefined): EndpointTraits {
  return {
    streaming: true,
    streamUsage: true,
    responseFormat: true,
    limitName: baseUrl === undefined ? 'max_completion_tokens' : 'max_tokens',
    limitSwapped: false,
  };
}

/** The request's body; secrets in its messages are masked before they leave. */
export function bodyOf(
  model: string,
  traits: EndpointTraits,
  request: ModelRequest,
): ChatCompletionCreateParams {
  return {
    model,
    messages: request.messages.map(({ role, content }) => ({ role, content: maskSecrets(content) })),
    [traits.limitName]: request.maxOutputTokens,
    stream: traits.streaming,
    ...(traits.streaming && traits.streamUsage ? { stream_options: { include_usage: true } } : {}),
    ...(request.format === 'json' && traits.responseFormat
      ? { response_format: { type: 'json_object' } }
      : {}),
  };
}

/** The traits without what this refusal names; undefined if it names nothing that can be left out. */
export function withoutRefused(traits: EndpointTraits, error: unknown): EndpointTraits | undefined {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return undefined;
  const words = `${error.param ?? ''} ${error.message}`;
  if (traits.responseFormat && /response_format|json_object|json mode/i.test(words)) {
    return { ...traits, responseFormat: false };
  }
  if (traits.streaming && traits.streamUsage && /stream_options|include_usage/i.test(words)) {
    return { ...traits, streamUsage: false };
  }
  if (!traits.limitSwapped && words.includes(traits.limitName)) {
    const limitName = traits.limitName === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
    return { ...traits, limitName, limitSwapped: true };
  }
  if (traits.streaming && /\bstream(ing)?\b/i.test(words)) return { ...traits, streaming: false };
  return undefined;
}
