import { describeModel, type ModelSettings } from '@ids/config';
import OpenAI from 'openai';
import { setTimeout as delay } from 'node:timers/promises';
import type { ModelPort, ModelReply, ModelRequest } from '../model.port.js';
import { boundedFetch } from './bounded-fetch.js';
import { classify, type Failure } from './failures.js';
import { readReply } from './read-reply.js';
import { Silence } from './silence.js';
import { bodyOf, firstTraits, withoutRefused, type EndpointTraits } from './traits.js';

/** Local endpoints take any key, but the wire asks for one. */
const PLACEHOLDER_KEY = 'no-key';
const PUBLIC_BASE_URL = 'https://api.openai.com/v1';
const LONGEST_BACKOFF_MS = 10_000;

export interface OpenAiOptions {
  /** Waits for a turn under the shared rate limit; asked before every attempt. */
  readonly takeTurn?: (signal: AbortSignal) => Promise<void>;
  readonly attempts?: number;
  /** The first pause between attempts; it doubles each time. */
  readonly backoffMs?: number;
}

/**
 * A model behind any OpenAI-compatible Chat Completions endpoint. Answers are streamed, so that silence is told from
 * a long answer; what an endpoint refuses (streaming, `response_format`) is left out and remembered.
 */
export class OpenAiModel implements ModelPort {
  readonly label: string;
  private readonly client: OpenAI;
  private readonly traits = new Map<string, EndpointTraits>();

  constructor(
    private readonly settings: ModelSettings,
    private readonly options: OpenAiOptions = {},
  ) {
    this.label = describeModel(settings);
    // All is said here, so that the package reads no environment of its own and repeats nothing by itself.
    this.client = new OpenAI({
      apiKey: settings.apiKey ?? PLACEHOLDER_KEY,
      baseURL: settings.baseUrl ?? PUBLIC_BASE_URL,
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: 'off',
      maxRetries: 0,
      fetch: boundedFetch,
    });
  }

  async complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.attempt(request, signal);
      if ('text' in answer) return answer;
      const pauseMs = answer.retryAfterMs ?? this.backoff(attempt);
      const again = answer.retry && attempt < (this.options.attempts ?? 4);
      // An endpoint that asks for a longer pause than a call may last is as good as refusing.
      if (!again || pauseMs > this.settings.timeoutMs) throw answer.error;
      await whileNotAborted(signal, () => delay(pauseMs, undefined, { signal }));
    }
  }

  /** One request, or more where the endpoint refuses a part of it that can be left out. */
  private async attempt(request: ModelRequest, signal: AbortSignal): Promise<ModelReply | Failure> {
    const model = this.modelOf(request);
    for (;;) {
      const traits = this.traits.get(model) ?? firstTraits(this.settings.baseUrl);
      await whileNotAborted(signal, async () => this.options.takeTurn?.(signal));
      try {
        return await this.send(model, traits, request, signal);
      } catch (error) {
        signal.throwIfAborted();
        const fewer = withoutRefused(traits, error);
        if (fewer === undefined) return classify(error, this.settings.apiKey);
        this.traits.set(model, fewer);
      }
    }
  }

  private async send(
    model: string,
    traits: EndpointTraits,
    request: ModelRequest,
    signal: AbortSignal,
  ): Promise<ModelReply> {
    const silence = new Silence(this.settings.timeoutMs, signal);
    const begun = performance.now();
    try {
      const response = await this.client.chat.completions
        .create(bodyOf(model, traits, request), {
          signal: silence.signal,
          // The package's own limit must not come before ours.
          timeout: this.settings.timeoutMs + 60_000,
          headers: headersOf(request),
        })
        .asResponse();
      const reply = await readReply(this.client, response, model, request, silence);
      return { ...reply, latencyMs: Math.round(performance.now() - begun) };
    } catch (error) {
      silence.throwIfOver();
      throw error;
    } finally {
      silence.end();
    }
  }

  private modelOf(request: ModelRequest): string {
    const { generalist, specialist, coder } = this.settings;
    const model = request.role === 'coder' ? coder : request.role === 'generalist' ? generalist : specialist;
    return model ?? '';
  }

  /** Doubles with each attempt, and is drawn between half and whole so that workers do not come back together. */
  private backoff(attempt: number): number {
    const whole = Math.min((this.options.backoffMs ?? 500) * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
    return whole * (0.5 + Math.random() / 2);
  }
}

/** What proxies route, cap and bill by (CONTRACT section 5). */
function headersOf(request: ModelRequest): Record<string, string> {
  return {
    'X-IDS-Session': request.sessionId,
    'X-IDS-Stage': request.stage,
    'X-IDS-Role': request.role,
    'X-IDS-Round': String(request.round),
  };
}

/** Runs `work`; once the signal is aborted, what is thrown is the signal's reason. */
async function whileNotAborted(signal: AbortSignal, work: () => Promise<void> | undefined): Promise<void> {
  signal.throwIfAborted();
  try {
    await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
