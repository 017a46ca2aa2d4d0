import type { SessionId } from '@ids/kernel';
import type { CallGovernor } from './metered.js';
import type { ModelPort, ModelReply } from './model.port.js';

/** Where replies are kept the moment they exist. The first reply of a call stays. */
export interface ReplyStore {
  find(sessionId: SessionId, callKey: string): Promise<ModelReply | null>;
  keep(sessionId: SessionId, callKey: string, reply: ModelReply): Promise<void>;
}

/**
 * Answers a call that was answered before from the record: no paid call is made twice. What it cost is settled
 * again, since the process may have died between keeping and settling; twice counts once.
 */
export function recorded(
  model: ModelPort,
  replies: ReplyStore,
  governor: Pick<CallGovernor, 'settle'>,
): ModelPort {
  return {
    label: model.label,
    complete: async (request, signal) => {
      const { sessionId, callKey } = request;
      const known = await replies.find(sessionId, callKey);
      if (known === null) return model.complete(request, signal);
      const { promptTokens, completionTokens } = known;
      await governor.settle({ sessionId, callKey, promptTokens, completionTokens });
      return known;
    },
  };
}

/** Keeps each reply before anyone sees it. */
export function keeping(model: ModelPort, replies: ReplyStore): ModelPort {
  return {
    label: model.label,
    complete: async (request, signal) => {
      const reply = await model.complete(request, signal);
      await replies.keep(request.sessionId, request.callKey, reply);
      return reply;
    },
  };
}
