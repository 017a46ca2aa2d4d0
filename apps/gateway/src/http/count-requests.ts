import type { Metrics } from '@ids/observability';
import type { NextFunction, Request, Response } from 'express';

/** Counts answers by route. The label is the route's pattern, never the address: that would grow without bound. */
export function countRequests(metrics: Metrics) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const start = performance.now();
    response.once('close', () => {
      const route = routeOf(request);
      const { method } = request;
      metrics.httpRequests.inc({ method, route, status: response.statusCode });
      const streamed = String(response.getHeader('content-type')).startsWith('text/event-stream');
      if (!streamed) metrics.httpSeconds.observe({ method, route }, (performance.now() - start) / 1_000);
    });
    next();
  };
}

function routeOf({ originalUrl, route }: Request): string {
  const area = /^\/(docs|admin)\b/.exec(originalUrl)?.[0];
  if (area !== undefined) return area;
  const matched: unknown = route;
  if (typeof matched !== 'object' || matched === null || !('path' in matched)) return 'none';
  return typeof matched.path === 'string' ? matched.path : 'none';
}
