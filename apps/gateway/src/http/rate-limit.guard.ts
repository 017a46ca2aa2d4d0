import { IdsError } from '@ids/kernel';
import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  getOptionsToken,
  getStorageToken,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import { isPublic } from './auth.guard.js';
import { Keyring } from './keyring.js';

/** So many requests a minute for each key; whoever has none is counted by address, so keys cannot be guessed fast. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  constructor(
    @Inject(getOptionsToken()) options: ThrottlerModuleOptions,
    @Inject(getStorageToken()) storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly keyring: Keyring,
  ) {
    super(options, storage, reflector);
  }

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    return Promise.resolve(isPublic(this.reflector, context));
  }

  protected override async getTracker(request: {
    headers?: { authorization?: string };
    ip?: string;
  }): Promise<string> {
    const caller = this.keyring.callerOf(request.headers?.authorization);
    return caller === null ? `ip:${await super.getTracker(request)}` : `key:${caller}`;
  }

  /** One window for all routes. */
  protected override generateKey(_context: ExecutionContext, tracker: string): string {
    return tracker;
  }

  protected override throwThrottlingException(
    _context: ExecutionContext,
    detail: ThrottlerLimitDetail,
  ): Promise<void> {
    return Promise.reject(new IdsError('rate_limited', { seconds: detail.timeToBlockExpire }));
  }
}
