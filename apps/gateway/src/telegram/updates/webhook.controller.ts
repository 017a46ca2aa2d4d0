import { IdsError } from '@ids/kernel';
import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../http/auth.guard.js';
import { sameSecret } from '../../http/keyring.js';
import { Intake } from './intake.js';

/** The token of the secret that shows that an update comes from Telegram. */
export const WEBHOOK_SECRET = Symbol('ids:telegram-webhook-secret');
/** Where Telegram sends updates to. */
export const WEBHOOK_PATH = '/telegram/webhook';
/** A chat that is full has work for longer. */
const FULL_SECONDS = 5;

/**
 * Updates as Telegram sends them. 200 says that an update is kept or of no use here; anything else makes Telegram send
 * it again (core.telegram.org/bots/api, "setWebhook"). The secret is its key, so it needs none of IDS, and what
 * Telegram sends is not counted against any.
 */
@Public()
@ApiExcludeController()
@Controller(WEBHOOK_PATH)
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
    if (!sameSecret(secret ?? '', this.secret)) throw new IdsError('webhook_unauthorized');
    if ((await this.intake.take(update)) === 'full')
      throw new IdsError('overloaded', { seconds: FULL_SECONDS });
  }
}
