import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SPECIALISTS } from '@ids/contracts';
import { createLogger } from '@ids/observability';
import { approved, rolledBack, undoRequested } from '@ids/saga';
import { CHANGED_CHANNEL, ChatOutbox } from '@ids/store';
import { until } from '@ids/testing';
import { FollowingRig, PATIENCE_MS, TO } from '../../../test/following-rig.js';

const DONE = 'message: ✅ Done: Add logging';
/** For followers that are to do something only when they hear of it. */
const NEVER_MS = 3_600_000;

let rig: FollowingRig;
beforeAll(async () => {
  rig = await FollowingRig.start();
});
afterAll(() => rig.stop());
beforeEach(() => rig.reset());

describe('Follower', () => {
  it('begins once, where it was asked, and tells the outcome once', async () => {
    const follower = rig.follow();
    follower.start();
    const session = await rig.begin(follower);
    await follower.begin(session, { ...TO, message: 99 });
    await rig.apply(session.id);
    await rig.told(DONE);
    await rig.rested(session.id);
    const all = await rig.heads();
    expect(all[0]).toBe('living: ⏳ Waits for a worker.');
    expect(all.filter((head) => head === all[0])).toHaveLength(1);
    expect(all.slice(-2)).toEqual(['living: ✅ Done.', DONE]);
    expect(all.filter((head) => head.startsWith('message: ✅'))).toEqual([DONE]);
    for (const each of rig.sent) expect(each).toMatchObject({ place: TO.place, replyTo: TO.message });
  });

  it('does not look before its first message is put: what a look puts must come after it', async () => {
    class FullOutbox extends ChatOutbox {
      override put(): Promise<never> {
        return Promise.reject(new Error('full'));
      }
    }
    const session = await rig.play.create();
    await expect(rig.follow({ outbox: new FullOutbox(rig.redis) }).begin(session, TO)).rejects.toThrow(
      'full',
    );
    expect(await rig.watches.claim(session.id)).toBeNull();
  });

  it('lets progress that was not sent yet give way to newer progress', async () => {
    const follower = rig.follow();
    follower.start();
    const { id } = await rig.begin(follower);
    await rig.heads();
    await rig.play.deliberate(id);
    const waiting = async (): Promise<string> =>
      JSON.stringify(await rig.redis.hgetall('ids:chat-outbox:messages'));
    for (const role of SPECIALISTS) {
      const before = await waiting();
      const opinion = { role, name: 'V', error: { code: 'model_timeout', message: 'late' } };
      await rig.play.store.note(id, 2, { type: 'opinion', round: 1, opinion });
      await until(async () => (await waiting()) !== before, PATIENCE_MS, 'an edit');
    }
    await rig.play.decide(id, 'dead_end');
    await until(
      async () => (await rig.redis.hlen('ids:chat-outbox:messages')) === 2,
      PATIENCE_MS,
      'the question',
    );
    expect((await rig.heads()).slice(1)).toEqual([
      'living: 🧭 Waits for your guidance.',
      'message: 🧭 The parliament needs you: Add logging',
    ]);
  });

  it('finds by itself what was never heard of', async () => {
    const { id } = await rig.begin(rig.follow());
    await rig.apply(id);
    rig.follow({ deaf: true }).start();
    await rig.told(DONE);
    await rig.rested(id);
  });

  it('looks when it hears of a change, and does not wait for a sweep', async () => {
    rig.follow({ options: { sweepMs: NEVER_MS } }).start();
    const { id } = await rig.begin(rig.follow());
    await rig.apply(id);
    await rig.told(DONE);
  });

  it('tells of an undo that is asked for after the end, once, heard of or not', async () => {
    for (const deaf of [false, true]) {
      const follower = rig.follow({ deaf });
      follower.start();
      const { id } = await rig.begin(follower, `deaf: ${deaf}`);
      await rig.apply(id);
      await rig.told(`message: ✅ Done: deaf: ${deaf}`);
      await rig.rested(id);
      await rig.play.move(id, undoRequested);
      await follower.again(id);
      await rig.play.move(id, rolledBack);
      await rig.told(`message: ↩️ Undone: deaf: ${deaf}`);
      await rig.rested(id);
      await follower.stop();
      expect(await rig.times(`message: ↩️ Undone: deaf: ${deaf}`)).toBe(1);
      expect(await rig.times(`message: ✅ Done: deaf: ${deaf}`)).toBe(1);
    }
  });

  it('is not made to forget an undo by a look at the end before it', async () => {
    const { id } = await rig.begin(rig.follow());
    await rig.apply(id);
    const looking = await rig.watches.claim(id);
    await rig.play.move(id, undoRequested);
    await rig.follow().again(id);
    expect(await looking?.release(undefined)).toBe('again');
    expect(await rig.watches.due(10, 1_000)).toEqual([id]);
  });

  it('asks about each of two changes', async () => {
    const follower = rig.follow();
    follower.start();
    const { id } = await rig.begin(follower);
    const question = 'message: ⚠️ Your decision: Add logging';
    await rig.play.untilAsked(id, '+one\n');
    await rig.told(question);
    await rig.play.move(id, (record) => approved(record, 'fix', 'telegram:7'));
    await rig.play.ask(id, 2, '+two\n');
    await rig.told(question, 2);
    const asked = rig.sent.flatMap((each) => (each.kind === 'message' ? [each.keyboard] : []));
    expect(asked).toHaveLength(2);
    expect(asked[0]).not.toEqual(asked[1]);
  });

  it('says nothing of sessions that no chat asked for', async () => {
    const follower = rig.follow();
    follower.start();
    const other = await rig.play.create('not from a chat');
    await rig.apply(other.id);
    await follower.again(other.id);
    const { id } = await rig.begin(follower);
    await rig.apply(id);
    await rig.told(DONE);
    await follower.stop();
    expect((await rig.heads()).filter((head) => head.includes('not from a chat'))).toEqual([]);
    expect(await rig.redis.exists(`ids:watch:${other.id}`)).toBe(0);
  });

  it('leaves a session that cannot be read alone for longer and longer, and tells of the others', async () => {
    const waits: unknown[] = [];
    const log = createLogger({ level: 'warn', format: 'json' }, 'spec');
    log.warn = (...[details]: unknown[]) => {
      if (typeof details === 'object' && details !== null && 'nextMs' in details) waits.push(details.nextMs);
    };
    const follower = rig.follow({ log });
    const broken = await rig.begin(follower, 'broken');
    const record = (await rig.redis.hget(`ids:session:${broken.id}`, 'record')) ?? '';
    await rig.redis.hset(`ids:session:${broken.id}`, 'record', '{"version":');
    follower.start();
    await until(() => waits.length > 0, PATIENCE_MS);
    // Each change brings it back, though it would not be sought for a while.
    for (const count of [1, 2]) {
      await rig.redis.publish(CHANGED_CHANNEL, broken.id);
      await until(() => waits.length > count, PATIENCE_MS);
    }
    expect(waits.slice(0, 3)).toEqual([5_000, 10_000, 20_000]);
    expect(await rig.watches.due(10, 4_000)).toEqual([]);
    const { id } = await rig.begin(follower);
    await rig.apply(id);
    await rig.told(DONE);
    await rig.redis.hset(`ids:session:${broken.id}`, 'record', record);
    await rig.apply(broken.id);
    await rig.told('message: ✅ Done: broken');
  });
});
