import { describe, expect, it } from '@jest/globals';
import { reasonOf, sortRefusal, type Refusal } from './outcome.js';

const refusal = (status: number, description: string, more: Partial<Refusal> = {}): Refusal => ({
  status,
  description,
  retryAfter: undefined,
  migrateTo: undefined,
  ...more,
});

describe('sortRefusal', () => {
  it('obeys a time to wait before all else', () => {
    const tooMany = refusal(429, 'Too Many Requests: retry after 7', { retryAfter: 7, migrateTo: -1 });
    expect(sortRefusal(tooMany)).toEqual({ kind: 'flood', retryMs: 7_000 });
    expect(sortRefusal(refusal(429, 'Too Many Requests'))).toEqual({ kind: 'flood', retryMs: 1_000 });
  });

  it.each([
    [403, 'Forbidden: bot was blocked by the user', 'closed'],
    [403, 'Forbidden: user is deactivated', 'closed'],
    [403, 'Forbidden: bot was kicked from the supergroup chat', 'closed'],
    [400, 'Bad Request: chat not found', 'closed'],
    [400, 'Bad Request: PEER_ID_INVALID', 'closed'],
    [400, 'Bad Request: message is not modified: specified new message content is the same', 'same'],
    [400, 'Bad Request: message to edit not found', 'gone'],
    [400, "Bad Request: message can't be edited", 'gone'],
    [400, 'Bad Request: there is no text in the message to edit', 'gone'],
    [400, 'Bad Request: MESSAGE_ID_INVALID', 'gone'],
    [400, 'Bad Request: message thread not found', 'no-topic'],
    [400, 'Bad Request: TOPIC_CLOSED', 'no-topic'],
    [400, 'Bad Request: message is too long', 'refused'],
    [400, 'Bad Request: not enough rights to send text messages to the chat', 'refused'],
    [401, 'Unauthorized', 'unreachable'],
    [404, 'Not Found', 'unreachable'],
    [500, 'Internal Server Error', 'unreachable'],
    [504, 'Gateway Timeout', 'unreachable'],
  ])('%i %s is %s', (status, description, kind) => {
    expect(sortRefusal(refusal(status, description)).kind).toBe(kind);
  });

  it('follows a group', () => {
    const moved = refusal(400, 'Bad Request: group chat was upgraded', { migrateTo: -100 });
    expect(sortRefusal(moved)).toEqual({ kind: 'migrated', to: -100 });
  });
});

describe('reasonOf', () => {
  it('says in a few words what became of a call', () => {
    expect(reasonOf({ kind: 'refused', status: 400, description: 'Bad Request: no' })).toBe(
      '400: Bad Request: no',
    );
    expect(reasonOf({ kind: 'unreachable', reason: 'ECONNRESET' })).toBe('ECONNRESET');
    expect(reasonOf({ kind: 'gone' })).toBe('gone');
  });
});
