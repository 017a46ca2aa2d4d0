import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChatWatchStore, connectRedis, SessionStore, untilReady } from '@ids/store';
import { until } from '@ids/testing';
import { FollowingRig } from '../../../test/following-rig.js';

const DONE = 'message: ✅ Done: Add logging';

let rig: FollowingRig;
beforeAll(async () => {
  rig = await FollowingRig.start();
});
afterAll(() => rig.stop());
beforeEach(() => rig.reset());

describe('Followers of several gateways', () => {
  it('tells once though two gateways hear of everything and look at everything', async () => {
    const two = [rig.follow(), rig.follow()];
    for (const follower of two) follower.start();
    const sessions = await Promise.all(
      Array.from({ length: 10 }, (_, index) => rig.begin(two[index % 2] ?? rig.follow(), `task ${index}`)),
    );
    await Promise.all(sessions.map(({ id }) => rig.apply(id)));
    for (const { task } of sessions) await rig.told(`message: ✅ Done: ${task}`);
    // Both look at all of it once more.
    await Promise.all(sessions.flatMap(({ id }) => two.map((follower) => follower.again(id))));
    for (const { id } of sessions) await rig.rested(id);
    await Promise.all(two.map((follower) => follower.stop()));
    for (const { task } of sessions) expect(await rig.times(`message: ✅ Done: ${task}`)).toBe(1);
    expect((await rig.heads()).filter((head) => head.startsWith('message: ✅'))).toHaveLength(
      sessions.length,
    );
  });

  it('goes on with what another was looking at when it died', async () => {
    const { id } = await rig.begin(rig.follow());
    await rig.apply(id);
    const dead = await new ChatWatchStore(rig.redis, 300).claim(id);
    expect(dead).not.toBeNull();
    rig.follow({ deaf: true }).start();
    await rig.told(DONE);
    await rig.rested(id);
    expect(await dead?.release(0)).toBe('lost');
  });

  it('goes on after Redis was away', async () => {
    const on = connectRedis(rig.server.url, 'producer');
    await untilReady(on, 10_000);
    try {
      const sessions = new SessionStore(on, { retentionMs: 60_000 });
      const follower = rig.follow({ on, sessions });
      follower.start();
      const { id } = await rig.begin(follower);
      await rig.play.deliberate(id);
      await rig.told('living: ⏳ The parliament deliberates.');
      // While the disk is busy Redis answers before it has written.
      await until(async () => (await rig.redis.info('persistence')).includes('aof_buffer_length:0\r'));
      await rig.server.kill();
      await rig.server.restart();
      await untilReady(rig.redis, 10_000);
      await rig.play.decide(id, 'consensus');
      await rig.play.ask(id, 1, '+one\n');
      await rig.told('message: ⚠️ Your decision: Add logging');
    } finally {
      await rig.stopFollowers();
      on.disconnect();
    }
  });

  it('stops looking when it is stopped, and leaves the rest to another', async () => {
    const stopped = rig.follow();
    stopped.start();
    const { id } = await rig.begin(stopped);
    await stopped.stop();
    await rig.apply(id);
    const other = rig.follow();
    other.start();
    await rig.told(DONE);
  });
});
