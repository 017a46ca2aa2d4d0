import { dirname } from 'node:path';
import type { SessionId } from '@ids/kernel';
import { applied, approved } from '@ids/saga';
import { connectRedis, untilReady, type Redis } from '@ids/store';
import { makeProject, startRedis, type TestProject, type TestRedis } from '@ids/testing';
import { afterAll, beforeAll, beforeEach, jest } from '@jest/globals';
import { CHANGES } from '../src/telegram/following/session-play.fixture.js';
import { ChatPlay, type Where } from '../src/telegram/commands/chat.fixture.js';

export const PEOPLE = { administrator: 1, user: 7, colleague: 8, reader: 9 } as const;
export const GROUP = -100;
export const DIFF = 'diff --git a/a.py b/a.py\n+import logging\n';

/** A Redis for a spec file, with a fresh conversation for each of its tests. */
export class Rig {
  private server: TestRedis | undefined;
  private connection: Redis | undefined;
  private project: TestProject | undefined;
  private play: ChatPlay | undefined;

  /** Call it once, outside of all tests. */
  static up(): Rig {
    jest.setTimeout(60_000);
    const rig = new Rig();
    beforeAll(() => rig.start());
    beforeEach(() => rig.empty());
    afterAll(() => rig.stop());
    return rig;
  }

  get chat(): ChatPlay {
    return there(this.play);
  }

  get redis(): Redis {
    return there(this.connection);
  }

  /** A folder below the root of the projects that is registered under no name. */
  get folder(): string {
    return there(this.project).path;
  }

  async statusOf(id: SessionId): Promise<string | undefined> {
    return (await this.chat.play.store.view(id))?.status;
  }

  /** A session that a person asked for, up to its end. */
  async applied(person: number = PEOPLE.user, where: Where = {}): Promise<SessionId> {
    const { play } = this.chat;
    const { id } = await this.chat.asked(person, '/code Add logging to a.py', where);
    await play.untilAsked(id, DIFF);
    await play.move(id, (record) => approved(record, 'proceed', 'somebody'));
    await play.move(id, () => applied(CHANGES));
    return id;
  }

  private async start(): Promise<void> {
    this.server = await startRedis();
    this.connection = connectRedis(this.server.url, 'worker');
    await untilReady(this.connection, 20_000);
    this.project = await makeProject({ 'app.py': '' });
  }

  private async empty(): Promise<void> {
    await this.redis.flushall();
    this.play = await ChatPlay.open(this.redis, dirname(this.folder));
  }

  private async stop(): Promise<void> {
    this.connection?.disconnect();
    await this.server?.stop();
    await this.project?.remove();
  }
}

function there<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the rig is not up');
  return part;
}
