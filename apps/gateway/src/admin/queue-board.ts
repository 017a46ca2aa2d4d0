import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { GatewaySettings } from '@ids/config';
import { IdsError } from '@ids/kernel';
import { JobProducer } from '@ids/queue';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { sameSecret } from '../http/keyring.js';
import { RateLimitStore } from '../http/rate-limit.store.js';
import type { Stores } from '../stores.js';
import { STORES } from '../tokens.js';

const ROUTE = '/admin/queues';
const MINUTE_MS = 60_000;
/** Wrong passwords a minute from one address. */
const MAX_FAILURES = 20;

/**
 * The queue dashboard. Without a password it can be looked at only (the settings then allow loopback alone); with it
 * a person may retry, promote and remove jobs, which hold ids only.
 */
export function mountQueueBoard(app: NestExpressApplication, settings: GatewaySettings): void {
  const { adminPassword } = settings;
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(ROUTE);
  const readOnlyMode = adminPassword === undefined;
  createBullBoard({
    queues: app.get(JobProducer).all.map((queue) => new BullMQAdapter(queue, { readOnlyMode })),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'IDS queues' } },
  });
  if (adminPassword !== undefined) {
    const failures = new RateLimitStore(app.get<Stores>(STORES).redis);
    app.use('/admin', askPassword(adminPassword, failures));
  }
  app.use(ROUTE, serverAdapter.getRouter());
}

function askPassword(password: string, failures: RateLimitStore) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    if (mayEnter(request.headers.authorization, password)) return next();
    // A browser's first request has no password yet: that is no guess.
    if (request.headers.authorization !== undefined) await countFailure(failures, request.ip ?? '');
    response.setHeader('WWW-Authenticate', 'Basic realm="IDS", charset="UTF-8"');
    throw new IdsError('admin_unauthorized');
  };
}

function mayEnter(header: string | undefined, password: string): boolean {
  const encoded = /^Basic +([\w+/=-]+) *$/i.exec(header ?? '')?.[1] ?? '';
  return sameSecret(Buffer.from(encoded, 'base64').toString('utf8'), `admin:${password}`);
}

async function countFailure(failures: RateLimitStore, address: string): Promise<void> {
  const { isBlocked, timeToBlockExpire } = await failures.increment(
    `admin:${address}`,
    MINUTE_MS,
    MAX_FAILURES,
  );
  if (isBlocked) throw new IdsError('rate_limited', { seconds: timeToBlockExpire });
}
