import type { Logger } from '@ids/observability';

export type QueueLog = Pick<Logger, 'debug' | 'warn' | 'error'>;
export const QUEUE_LOG = Symbol('ids:queue-log');
