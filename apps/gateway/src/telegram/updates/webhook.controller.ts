import { createHash, timingSafeEqual } from 'node:crypto';
import { IdsError } from '@ids/kernel';
import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../http/auth.guard.js';
import { Intake } from './intake.js';

/** The token of the secret that shows that an update comes from Telegram. */
export const WEBHOOK_SECRET = Symbol('ids:telegram-webhook-secret');

/**
 * Updates as Telegram sends them. 200 says that an update is kept or of no use here; anything else makes Telegram send
 * it again (core.telegram.org/bots/api, "setWebhook"). The secret is its key, so it needs none of IDS.
 */
@Public()
@ApiExcludeController()
@Controller('telegram/webhook')
export class WebhookController {
  constructor(
    private readonly intake: Intake,
    @Inject(WEBHOOK_SECRET) private readonly secret: string,
  ) {}

  @Post()
  @HttpCode(200)
  async receive(
    @Headers('x-telegram-bot-api-secret-token') secret: string | undefined,
    @Body() update: unknown,
  ): Promise<void> {
    if (!sameText(secret ?? '', this.secret)) throw new IdsError('unauthorized');
    if ((await this.intake.take(update)) === 'full') throw new IdsError('overloaded', { seconds: 5 });
  }
}

/** Takes as long whatever the texts are: digests are of one length. */
function sameText(given: string, wanted: string): boolean {
  const [left, right] = [given, wanted].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
