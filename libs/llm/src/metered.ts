import { IdsError, type SessionId } from '@ids/kernel';
import type { ModelPort, ModelReply, ModelRequest } from './model.port.js';
import { estimatePrompt } from './tokens.js';

/** The token budgets and the rate limit that all workers share; `RedisCallGovernor` of @ids/store is one. */
export interface CallGovernor {
  /** Waits for a turn under the rate limit. */
  acquire(signal: AbortSignal): Promise<void>;
  /** @throws IdsError `budget_exceeded` */
  reserve(call: {
    readonly sessionId: SessionId;
    readonly callKey: string;
    readonly tokens: number;
  }): Promise<void>;
  /** Replaces the reservation by what was used; twice counts once. */
  settle(call: {
    readonly sessionId: SessionId;
    readonly callKey: string;
    readonly promptTokens: number;
    readonly completionTokens: number;
  }): Promise<void>;
}

/**
 * Reserves the most that a call may cost before it is made and settles what it did cost after it, also when it
 * failed: then nothing, unless the failure tells.
 */
export function metered(model: ModelPort, governor: CallGovernor): ModelPort {
  return {
    label: model.label,
    complete: async (request, signal) => {
      const call = { sessionId: request.sessionId, callKey: request.callKey };
      const tokens = estimatePrompt(request.messages) + request.maxOutputTokens;
      await governor.reserve({ ...call, tokens });
      const reply = await completeOrSettle(model, governor, request, signal);
      await governor.settle({
        ...call,
        promptTokens: reply.promptTokens,
        completionTokens: reply.completionTokens,
      });
      return reply;
    },
  };
}

async function completeOrSettle(
  model: ModelPort,
  governor: CallGovernor,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<ModelReply> {
  try {
    return await model.complete(request, signal);
  } catch (error) {
    const used = usedTokens(error);
    // The call's own failure is what the caller must see, also when the governor cannot be reached now: a
    // reservation that stays is replaced when the call is made again.
    await governor
      .settle({ sessionId: request.sessionId, callKey: request.callKey, ...used })
      .catch(() => undefined);
    throw error;
  }
}

/** What a failed call cost, where the failure tells it in its details. */
function usedTokens(error: unknown): { promptTokens: number; completionTokens: number } {
  const { promptTokens, completionTokens } = error instanceof IdsError ? error.details : {};
  return { promptTokens: countOf(promptTokens), completionTokens: countOf(completionTokens) };
}

function countOf(detail: unknown): number {
  return typeof detail === 'number' ? detail : 0;
}
