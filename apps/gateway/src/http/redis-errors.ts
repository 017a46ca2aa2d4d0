import { messageOf, systemCode } from '@ids/kernel';

const AWAY_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND']);
const AWAY_TEXT =
  /enableOfflineQueue|max retries per request|Connection is closed|Command timed out|^(LOADING|READONLY|MISCONF|MASTERDOWN|CLUSTERDOWN|OOM|BUSY|TRYAGAIN) /i;

/** Whether this is Redis being away or unable to take anything, as ioredis and BullMQ tell it. */
export function isRedisAway(thrown: unknown): boolean {
  return AWAY_CODES.has(systemCode(thrown) ?? '') || AWAY_TEXT.test(messageOf(thrown));
}
