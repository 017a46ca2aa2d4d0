import { IdsError, isoTime, systemClock, type Clock } from '@ids/kernel';
import { setTimeout as delay } from 'node:timers/promises';
import { keys } from './keys.js';
import { loadScript, type Redis } from './redis.js';

const scripts = {
  reserve: loadScript('reserve-tokens'),
  settle: loadScript('settle-tokens'),
  take: loadScript('take-token'),
};

const DAY_SUM_SECONDS = 3 * 86_400;

export interface Call {
  readonly sessionId: string;
  readonly callKey: string;
}

/** One rate limit and the token budgets of the model, over all workers. */
export class RedisCallGovernor {
  constructor(
    private readonly redis: Redis,
    private readonly limits: {
      readonly requestsPerMinute: number;
      readonly sessionTokenBudget: number;
      readonly dailyTokenBudget: number | undefined;
    },
    private readonly clock: Clock = systemClock,
  ) {}

  /** Waits for its turn under the shared rate limit. */
  async acquire(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const wait = Number(
        await scripts.take.run(this.redis, [keys.modelRate], [this.limits.requestsPerMinute]),
      );
      if (wait === 0) return;
      await delay(wait, undefined, { signal });
    }
  }

  /** @throws IdsError `budget_exceeded` if the session or the day would use more than it may. */
  async reserve(call: Call & { readonly tokens: number }): Promise<void> {
    const { sessionTokenBudget, dailyTokenBudget } = this.limits;
    const reply = await scripts.reserve.run(this.redis, this.keysOf(call).slice(0, 2), [
      call.callKey,
      call.tokens,
      sessionTokenBudget,
      dailyTokenBudget ?? '',
      DAY_SUM_SECONDS,
    ]);
    if (reply === 'session') {
      throw new IdsError('budget_exceeded', {
        budget: sessionTokenBudget,
        setting: 'IDS_SESSION_TOKEN_BUDGET',
      });
    }
    if (reply === 'day') {
      throw new IdsError('budget_exceeded', { budget: dailyTokenBudget, setting: 'IDS_DAILY_TOKEN_BUDGET' });
    }
  }

  /** Replaces the reservation by what was used; twice counts once. */
  async settle(
    call: Call & { readonly promptTokens: number; readonly completionTokens: number },
  ): Promise<void> {
    await scripts.settle.run(this.redis, this.keysOf(call), [
      call.callKey,
      call.promptTokens,
      call.completionTokens,
      DAY_SUM_SECONDS,
    ]);
  }

  /** The tokens of all sessions on this day (UTC): used, or reserved by calls that have not answered yet. */
  async usedToday(): Promise<number> {
    return Number((await this.redis.get(keys.dailyBudget(this.today()))) ?? 0);
  }

  private keysOf(call: Call): string[] {
    return [keys.budget(call.sessionId), keys.dailyBudget(this.today()), keys.usage(call.sessionId)];
  }

  private today(): string {
    return isoTime(this.clock.now()).slice(0, 10);
  }
}
