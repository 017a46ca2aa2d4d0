import type { ModelSettings } from '@ids/config';
import type { Logger } from '@ids/observability';
import { metered, type CallGovernor } from './metered.js';
import type { ModelPort } from './model.port.js';
import { observed, type ModelMetrics } from './observed.js';
import { OfflineModel } from './offline/offline.model.js';
import { OpenAiModel } from './openai/openai.model.js';
import { keeping, recorded, type ReplyStore } from './recorded.js';

export interface ModelOptions {
  readonly settings: ModelSettings;
  readonly governor: CallGovernor;
  readonly replies: ReplyStore;
  readonly logger: Logger;
  readonly metrics?: ModelMetrics;
}

/**
 * The model of this process. A recorded reply comes first; else tokens are reserved, the shared rate limit gives a
 * turn (to each attempt; the offline model needs none), the call is made, its reply kept, and its cost settled.
 */
export function createModel(options: ModelOptions): ModelPort {
  const { settings, governor, replies, logger, metrics } = options;
  const model =
    settings.provider === 'offline'
      ? new OfflineModel()
      : new OpenAiModel(settings, { takeTurn: (signal) => governor.acquire(signal) });
  const call = keeping(observed(model, logger, metrics), replies);
  return recorded(metered(call, governor), replies, governor);
}
