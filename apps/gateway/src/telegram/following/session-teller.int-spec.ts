import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session, StoredEvent } from '@ids/contracts';
import { IdsError, type SessionId } from '@ids/kernel';
import { applied, approved, cancelled, failed, rollbackRefused, rolledBack, undoRequested } from '@ids/saga';
import { ChatButtonStore, ChatOutbox, connectRedis, SessionStore, untilReady, type Redis } from '@ids/store';
import { startRedis, type TestRedis } from '@ids/testing';
import { Buttons } from '../buttons/buttons.js';
import { diffHash } from '../buttons/diff-hash.js';
import type { Press } from '../buttons/press.js';
import { Letters, type Addressee } from '../delivery/letters.js';
import type { Outgoing } from '../delivery/outgoing.js';
import { drainOutbox, UNLIMITED } from './outbox.fixture.js';
import { CHANGES, headsOf, SessionPlay } from './session-play.fixture.js';
import { SessionTeller } from './session-teller.js';

const TO: Addressee = { place: { chat: 7 }, message: 3, owner: 7 };
const always = (): boolean => true;

let server: TestRedis;
let redis: Redis;
let play: SessionPlay;
let outbox: ChatOutbox;
let buttons: Buttons;
let letters: Letters;
let now = 0;
const clock = { now: () => now };

beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url, 'worker');
  await untilReady(redis, 10_000);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await redis.flushall();
  now = Date.now();
  play = await SessionPlay.open(redis);
  outbox = new ChatOutbox(redis, UNLIMITED);
  buttons = new Buttons(new ChatButtonStore(redis), 'a-token');
  letters = new Letters(outbox, buttons);
});

const tellerOf = (sessions: SessionStore = play.store): SessionTeller =>
  new SessionTeller(sessions, letters, clock);
const tell = (id: SessionId, teller = tellerOf()): Promise<number | undefined> => teller.tell(id, TO, always);
const sent = (): Promise<Outgoing[]> => drainOutbox(outbox);

/** What each button of the last message means. */
async function presses(messages: readonly Outgoing[]): Promise<[string, Press | undefined][]> {
  const last = messages.at(-1);
  if (last?.kind !== 'message') throw new Error('the last one is no message');
  return await Promise.all(
    last.keyboard.flat().map(async ({ text, data }): Promise<[string, Press | undefined]> => {
      const known = await buttons.find(data);
      expect(known).toMatchObject({ owner: TO.owner, place: TO.place });
      return [text, known?.press];
    }),
  );
}

async function appliedSession(): Promise<Session> {
  const session = await play.create();
  await play.untilAsked(session.id, '+one\n');
  await play.move(session.id, (record) => approved(record, 'proceed', 'telegram:7'));
  await play.move(session.id, () => applied(CHANGES));
  return session;
}

describe('SessionTeller', () => {
  it('shows progress, then its end, then says the outcome with its buttons', async () => {
    const { id } = await appliedSession();
    expect(await tell(id)).toBeUndefined();
    const messages = await sent();
    expect(headsOf(messages)).toEqual(['living: ✅ Done.', 'message: ✅ Done: Add logging']);
    expect(await presses(messages)).toEqual([
      ['Diff', { does: 'diff', session: id }],
      ['Undo', { does: 'undo', session: id }],
    ]);
  });

  it('says nothing twice, however often it looks', async () => {
    const { id } = await appliedSession();
    await Promise.all([tell(id), tell(id), tell(id, tellerOf())]);
    expect(await sent()).toHaveLength(2);
    now += 3_600_000;
    await tell(id);
    expect(await sent()).toEqual([]);
  });

  it('edits progress when it changes, and when a while has passed', async () => {
    const session = await play.create();
    await tellerOf().begin(session, TO);
    await tell(session.id);
    expect(headsOf(await sent())).toEqual(['living: ⏳ Waits for a worker.']);
    await play.deliberate(session.id);
    now = Date.now();
    await tell(session.id);
    await tell(session.id);
    expect(headsOf(await sent())).toEqual(['living: ⏳ The parliament deliberates.']);
    now += 31_000;
    await tell(session.id);
    now += 1_000;
    await tell(session.id);
    const messages = await sent();
    expect(headsOf(messages)).toEqual(['living: ⏳ The parliament deliberates.']);
    expect(messages[0]).toMatchObject({ text: expect.stringMatching(/Project fleet, 3\d s\n/) });
  });

  it('shows again what it showed before, and says that an undo was refused', async () => {
    const { id } = await appliedSession();
    await tell(id);
    await play.move(id, undoRequested);
    await tell(id);
    expect(headsOf(await sent())).toEqual([
      'living: ⏳ Every file is brought back to what it was.',
      'message: ✅ Done: Add logging',
    ]);
    const refusal = new IdsError('rollback_conflict', { paths: ['a.py'] });
    await play.move(id, (record) => rollbackRefused(record, refusal));
    await tell(id);
    const messages = await sent();
    expect(headsOf(messages)).toEqual(['living: ✅ Done.', 'message: ⚠️ Not undone: Add logging']);
    expect(await presses(messages)).toContainEqual(['Undo', { does: 'undo', session: id }]);
  });

  it('asks about each change anew, bound to its diff', async () => {
    const { id } = await play.create();
    await play.untilAsked(id, '+one\n');
    expect(await tell(id)).toBeGreaterThanOrEqual(5_000);
    const first = await sent();
    expect(headsOf(first)).toEqual([
      'living: ⚠️ Waits for your decision.',
      'message: ⚠️ Your decision: Add logging',
    ]);
    const of = (diff: string): [string, Press][] =>
      (
        [
          ['Yes', 'proceed'],
          ['Fix', 'fix'],
          ['Cancel', 'cancel'],
        ] as const
      ).map(([text, action]) => [text, { does: 'decide', session: id, action, diff: diffHash(diff) }]);
    expect(await presses(first)).toEqual(of('+one\n'));

    await play.move(id, (record) => approved(record, 'fix', 'telegram:7'));
    await play.ask(id, 2, '+two\n');
    await tell(id);
    const second = await sent();
    expect(headsOf(second)).toContain('message: ⚠️ Your decision: Add logging');
    expect(await presses(second)).toEqual(of('+two\n'));
  });

  it('asks without buttons for guidance, and about a diff that is not there', async () => {
    const stuck = await play.create('stuck');
    await play.deliberate(stuck.id);
    await play.decide(stuck.id, 'dead_end');
    await tell(stuck.id);
    const question = await sent();
    expect(headsOf(question)).toEqual([
      'living: 🧭 Waits for your guidance.',
      'message: 🧭 The parliament needs you: stuck',
    ]);
    expect(await presses(question)).toEqual([]);

    const lost = await play.create('lost');
    await play.untilAsked(lost.id, '+one\n');
    await redis.hdel(`ids:session:${lost.id}:artifacts`, 'diff:1');
    await tell(lost.id);
    expect(await presses(await sent())).toEqual([]);
  });

  it('says that a session failed, was cancelled or undone, with its diff if there is one', async () => {
    const early = await play.create('early');
    const { code, message } = new IdsError('model_timeout');
    await play.move(early.id, (record) => failed(record, { stage: 'deliberation', code, message }));
    await tell(early.id);
    await play.move(early.id, rolledBack);
    expect(await tell(early.id)).toBeUndefined();
    const failure = await sent();
    expect(headsOf(failure)).toEqual(['living: ❌ Not done.', 'message: ❌ Not done: early']);
    expect(await presses(failure)).toEqual([]);

    const asked = await play.create('asked');
    await play.untilAsked(asked.id, '+one\n');
    await play.move(asked.id, cancelled);
    await tell(asked.id);
    const cancellation = await sent();
    expect(headsOf(cancellation)).toEqual(['living: 🚫 Cancelled.', 'message: 🚫 Cancelled: asked']);
    expect(await presses(cancellation)).toEqual([['Diff', { does: 'diff', session: asked.id }]]);

    const { id } = await appliedSession();
    await tell(id);
    await sent();
    await play.move(id, undoRequested);
    await play.move(id, rolledBack);
    await tell(id);
    await tell(id);
    expect(headsOf(await sent())).toEqual(['living: ↩️ Undone.', 'message: ↩️ Undone: Add logging']);
  });

  it('says nothing that is past: a session that moves while it is looked at is looked at again', async () => {
    const { id } = await play.create();
    await play.untilAsked(id, '+one\n');
    let moves = 1;
    class MovingStore extends SessionStore {
      /** The person decides, and is asked about another change, between the one read and the other. */
      override async events(of: SessionId, after: string, limit?: number): Promise<StoredEvent[]> {
        if (moves-- > 0) {
          await play.move(of, (record) => approved(record, 'fix', 'telegram:7'));
          await play.ask(of, 2, '+two\n');
        }
        return await super.events(of, after, limit);
      }
    }
    const moving = tellerOf(new MovingStore(redis, { retentionMs: 60_000 }));
    expect(await tell(id, moving)).toBeLessThan(1_000);
    expect(await sent()).toEqual([]);
    await tell(id, moving);
    expect(await presses(await sent())).toContainEqual([
      'Yes',
      { does: 'decide', session: id, action: 'proceed', diff: diffHash('+two\n') },
    ]);
  });

  it('reads events to the last one, and says nothing while record and events disagree', async () => {
    const { id } = await play.create();
    await play.deliberate(id);
    for (let i = 0; i < 1_100; i += 1) await play.store.note(id, 2, { type: 'note', text: `note ${i}` });
    await play.decide(id, 'consensus');
    await tell(id);
    expect(headsOf(await sent())).toEqual(['living: ⏳ The coder writes.']);

    const record = await play.store.read(id);
    if (record === null) throw new Error('it is gone');
    const next = { ...record, version: record.version + 1 };
    next.session = { ...record.session, status: 'applied' };
    await play.store.transition('generating', next, [], []);
    expect(await tell(id)).toBeLessThan(1_000);
    expect(await sent()).toEqual([]);
  });

  it('puts nothing once another may look, and wants to be called again', async () => {
    const { id } = await appliedSession();
    expect(await tellerOf().tell(id, TO, () => false)).toBeLessThan(1_000);
    expect(await sent()).toEqual([]);
    // It was entitled to the progress only.
    let left = 1;
    await tellerOf().tell(id, TO, () => left-- > 0);
    expect(headsOf(await sent())).toEqual(['living: ✅ Done.']);
  });

  it('looks less often the longer nothing happens, and not at what is gone', async () => {
    const { id } = await play.create();
    await play.deliberate(id);
    now = Date.now();
    expect(await tell(id)).toBe(5_000);
    now += 3_600_000;
    expect(await tell(id)).toBe(15_000);
    await play.decide(id, 'dead_end');
    now = Date.now() + 3_600_000;
    expect(await tell(id)).toBe(60_000);
    await redis.del(`ids:session:${id}`);
    expect(await tell(id)).toBeUndefined();
  });
});
