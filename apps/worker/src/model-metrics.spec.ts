import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '@ids/observability';
import { countModelCalls } from './model-metrics.js';

describe('the metrics of the model', () => {
  it('count calls, time and tokens under the configured name, whatever the endpoint calls itself', async () => {
    const metrics = createMetrics('spec');
    countModelCalls(metrics, 'configured').observe({
      model: 'a name that changes with each call',
      stage: 'generation',
      role: 'coder',
      outcome: 'ok',
      promptTokens: 100,
      completionTokens: 20,
      milliseconds: 1_500,
    });
    const text = await metrics.registry.metrics();
    expect(text).not.toContain('a name that changes');
    expect(text).toMatch(/^ids_model_calls_total\{[^}]*model="configured"[^}]*\} 1$/m);
    expect(text).toMatch(/^ids_model_call_seconds_sum\{[^}]*model="configured"[^}]*\} 1\.5$/m);
    expect(text).toMatch(/^ids_model_tokens_total\{[^}]*kind="prompt"[^}]*\} 100$/m);
    expect(text).toMatch(/^ids_model_tokens_total\{[^}]*kind="completion"[^}]*\} 20$/m);
  });
});
