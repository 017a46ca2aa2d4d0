export { readHealth, redisCheck, type HealthCheck, type HealthChecks, type HealthReport } from './health.js';
export { serveHealth, type HealthServer } from './health-server.js';
export { httpLog } from './http-log.js';
export * from './logger.js';
export * from './metrics.js';
export { nestLog, type NestLog } from './nest-log.js';
