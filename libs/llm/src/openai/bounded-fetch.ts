/** More bytes than any answer of `MAX_REPLY_CHARACTERS` takes on the wire, one event per token included. */
const MAX_WIRE_BYTES = 64 * 1_024 * 1_024;

export class AnswerTooLargeError extends Error {
  constructor() {
    super('the answer is larger than what is read of one');
    this.name = 'AnswerTooLargeError';
  }
}

/** The global `fetch`, whose bodies end with an error once they are too large to be an answer. */
export async function boundedFetch(url: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.body === null) return response;
  let bytes = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      bytes += chunk.byteLength;
      if (bytes > MAX_WIRE_BYTES) controller.error(new AnswerTooLargeError());
      else controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counter), response);
}
