import { OFFLINE_MODEL } from '@ids/config';
import type { ModelPort, ModelReply, ModelRequest } from '../model.port.js';
import { estimatePrompt, estimateTokens } from '../tokens.js';
import { answerOf } from './answer.js';
import { editsOf } from './edits.js';
import { opinionOf } from './opinions.js';

/**
 * The built-in model: rules, no network, the same answer to the same subject. It understands a few tasks on Python
 * files and says so when it does not understand one.
 */
export class OfflineModel implements ModelPort {
  readonly label = OFFLINE_MODEL;

  async complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    signal.throwIfAborted();
    const begun = performance.now();
    const text = textOf(request);
    return {
      text,
      model: OFFLINE_MODEL,
      promptTokens: estimatePrompt(request.messages),
      completionTokens: estimateTokens(text),
      latencyMs: Math.round(performance.now() - begun),
    };
  }
}

function textOf(request: ModelRequest): string {
  if (request.role !== 'coder') return JSON.stringify(opinionOf(request.role, request.subject));
  if (request.subject.kind === 'ask') return answerOf(request.subject);
  return editsOf(request.subject);
}
