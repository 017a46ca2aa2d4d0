import type { ModelMetrics } from '@ids/llm';
import type { Metrics } from '@ids/observability';

/** Counts calls under the configured name of the model: what an endpoint calls itself has no bound. */
export function countModelCalls(metrics: Metrics, model: string): ModelMetrics {
  return {
    observe: ({ stage, outcome, promptTokens, completionTokens, milliseconds }) => {
      metrics.modelCalls.inc({ model, stage, outcome });
      metrics.modelSeconds.observe({ model, stage }, milliseconds / 1_000);
      metrics.modelTokens.inc({ model, kind: 'prompt' }, promptTokens);
      metrics.modelTokens.inc({ model, kind: 'completion' }, completionTokens);
    },
  };
}
