import { IdsError } from '@ids/kernel';
import type { Logger } from '@ids/observability';
import type { ModelPort, ModelReply, ModelRequest, ModelRole, ModelStage } from './model.port.js';

/** One call as metrics count it. */
export interface ModelCallSample {
  readonly model: string;
  readonly stage: ModelStage;
  readonly role: ModelRole;
  /** `ok`, an error code, or `aborted`. */
  readonly outcome: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly milliseconds: number;
}

export interface ModelMetrics {
  observe(sample: ModelCallSample): void;
}

/** Tells of every call that is really made: model, tokens, time and outcome, never a text and never a key. */
export function observed(model: ModelPort, logger: Logger, metrics?: ModelMetrics): ModelPort {
  return {
    label: model.label,
    complete: async (request, signal) => {
      const begun = performance.now();
      const tell = (outcome: string, reply?: ModelReply): void => {
        const sample = sampleOf(model, request, outcome, performance.now() - begun, reply);
        metrics?.observe(sample);
        const { sessionId, round, callKey } = request;
        const line = { ...sample, sessionId, round, callKey };
        if (outcome === 'ok') logger.info(line, 'model call');
        else logger.warn(line, 'model call failed');
      };
      try {
        const reply = await model.complete(request, signal);
        tell('ok', reply);
        return reply;
      } catch (error) {
        tell(error instanceof IdsError ? error.code : signal.aborted ? 'aborted' : 'error');
        throw error;
      }
    },
  };
}

function sampleOf(
  model: ModelPort,
  request: ModelRequest,
  outcome: string,
  milliseconds: number,
  reply?: ModelReply,
): ModelCallSample {
  return {
    model: reply?.model ?? model.label,
    stage: request.stage,
    role: request.role,
    outcome,
    promptTokens: reply?.promptTokens ?? 0,
    completionTokens: reply?.completionTokens ?? 0,
    milliseconds: Math.round(milliseconds),
  };
}
