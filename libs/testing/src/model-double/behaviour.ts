import type { DoubleRequest } from './request.js';

/** Token counts as the double reports them. */
export interface DoubleUsage {
  readonly prompt: number;
  readonly completion: number;
}

interface Delayed {
  /** Silence before the first byte. */
  readonly delayMs?: number;
}

/** How the double treats one request. */
export type Behaviour = Delayed &
  (
    | {
        readonly kind: 'reply';
        readonly text: string;
        /** `null`: the endpoint reports none. */
        readonly usage?: DoubleUsage | null;
        /** Into how many events a streamed text is cut. */
        readonly chunks?: number;
        /** Silence between two events of a stream. */
        readonly chunkDelayMs?: number;
        readonly finishReason?: string;
      }
    | {
        readonly kind: 'status';
        readonly status: number;
        readonly message: string;
        readonly headers?: Readonly<Record<string, string>>;
        /** The parameter that the error names. */
        readonly param?: string;
        readonly code?: string;
      }
    /** Sends what `text` has, then nothing more, with the connection open. */
    | { readonly kind: 'stall'; readonly text?: string }
    /** Sends what `text` has, then cuts the connection; without a text, before the first byte. */
    | { readonly kind: 'cut'; readonly text?: string }
    /** Answers 200 with these bytes. */
    | { readonly kind: 'raw'; readonly body: string; readonly contentType: string }
  );

/** Decides for each request, by its headers, by what is in its prompt, or by how many came before. */
export type ModelScript = (request: DoubleRequest) => Behaviour | Promise<Behaviour>;
