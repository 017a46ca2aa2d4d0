import { IdsError } from '@ids/kernel';
import type { NextFunction, Request, Response } from 'express';

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Refuses what a page of another site may make a browser send. Where no keys are set (`open`) only loopback names are
 * answered: another name that leads here is a rebound DNS entry. A browser says in `Origin` whose page it is that
 * asks; other programs send none. `X-Forwarded-Host` counts, since a page cannot set it on a request to another site.
 * Paths that are `secured` ask for a secret that no page has, and may be reached under any name.
 */
export function refuseForeignOrigins(open: boolean, secured: readonly string[] = []) {
  return (request: Request, _response: Response, next: NextFunction): void => {
    const { host = '', origin } = request.headers;
    if (secured.includes(request.path)) {
      next();
      return;
    }
    if (open && !LOOPBACK_HOST.test(host)) throw refusal(`the host name ${host.slice(0, 100)}`);
    if (origin !== undefined && !isOwn(origin, [host, request.get('x-forwarded-host')])) {
      throw refusal(`pages of ${origin.slice(0, 100)}`);
    }
    next();
  };
}

function isOwn(origin: string, hosts: readonly (string | undefined)[]): boolean {
  const url = URL.parse(origin);
  return url !== null && hosts.some((host) => host?.toLowerCase() === url.host);
}

function refusal(origin: string): IdsError {
  return new IdsError('forbidden_origin', { origin });
}
