import { IdsError } from '@ids/kernel';
import type { NextFunction, Request, Response } from 'express';

export const BODY_LIMIT_BYTES = 256 * 1_024;
export const BODY_LIMIT = '256 KiB';

/**
 * Refuses bodies that are not JSON. A browser sends other kinds to foreign servers without asking them first, so
 * this is a wall against cross-site posts too.
 */
export function onlyJson(request: Request, _response: Response, next: NextFunction): void {
  const { headers } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (hasBody && request.is('application/json') === false) throw new IdsError('unsupported_media_type');
  next();
}
