import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/**
 * Security headers for all answers. Scripts come from here only; the docs page and the queue dashboard bring inline
 * styles and pictures as data. Plain HTTP is normal on loopback, so nothing is upgraded: TLS is the proxy's.
 */
export function securityHeaders(): ReturnType<typeof helmet> {
  return helmet({
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
  });
}

/** Answers hold code and tasks: no cache keeps them, unless a route says otherwise. */
export function noStore(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  next();
}
