import { randomBytes } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isVote, type Session } from '@ids/contracts';
import { IdsClient } from '../client/ids-client.js';
import { renderDiff } from '../render/diff.js';
import { renderEvent } from '../render/progress.js';
import type { Style } from '../render/style.js';
import { cleanLine } from '../render/text.js';
import { differences, snapshot } from './tree.js';

export interface DemoPlan {
  readonly url: string;
  /** The folder of the copied project. */
  readonly project: string;
  readonly style: Style;
  readonly say: (lines: readonly string[]) => void;
  readonly signal: AbortSignal;
}

const TASK = 'Add logging to app/vessel.py';
const FILE = 'app/vessel.py';

/** What the demo shows, step by step. Each step is checked; one that did not do what it says throws. */
export class DemoStory {
  private readonly client: IdsClient;
  private lastEvent = '0';

  constructor(private readonly plan: DemoPlan) {
    this.client = new IdsClient(plan.url, undefined);
  }

  async tell(): Promise<void> {
    const { project } = this.plan;
    // A name of its own, since with REDIS_URL the Redis may hold other projects.
    const name = `vessels-${randomBytes(3).toString('hex')}`;
    const before = await snapshot(project);
    const original = await readFile(join(project, FILE));
    await this.client.addProject({ name, path: project });
    this.title(`1. The task, over HTTP`);
    this.plan.say([`  POST /v1/sessions  "${TASK}"  (approval: warnings)`]);
    const { id } = await this.client.createSession({ project: name, task: TASK, approval: 'warnings' });
    const session = await this.untilApplied(id);
    await this.showChange(session, original);
    this.title('3. Undo it');
    await this.undo(id);
    const different = differences(before, await snapshot(project));
    expect(different.length === 0, `these files are not as they were: ${different.join(', ')}`);
    this.check(`every file is byte for byte as before (${before.size} files and folders compared)`);
    await this.client.removeProject(name);
  }

  private async untilApplied(id: string): Promise<Session> {
    await this.follow(id);
    let session = await this.client.session(id);
    if (session.pending?.kind === 'approval') {
      this.plan.say(['  It waits for a person; the demo answers: proceed']);
      await this.client.decide(id, 'proceed');
      await this.follow(id);
      session = await this.client.session(id);
    }
    const reason = session.error?.message ?? session.pending?.reason ?? '';
    expect(session.status === 'applied', `the session is ${session.status}. ${cleanLine(reason)}`);
    checkParliament(session);
    checkLayers(session);
    return session;
  }

  private async showChange(session: Session, original: Buffer): Promise<void> {
    const { project, style } = this.plan;
    this.title('2. The change');
    const diff = await this.client.diff(session.id);
    this.plan.say(renderDiff(diff, style));
    expect(diff.includes(FILE), `the diff does not name ${FILE}`);
    expect(!original.equals(await readFile(join(project, FILE))), `${FILE} was not changed`);
    this.check(`${FILE} is changed on disk, model: ${cleanLine(session.model)}`);
    for (const change of session.changes) {
      if (change.backup === null) continue;
      await access(join(project, change.backup));
      this.check(`backup: ${cleanLine(change.backup)}`);
    }
    const backup = session.changes.find((change) => change.path === FILE)?.backup;
    const kept = typeof backup === 'string' && original.equals(await readFile(join(project, backup)));
    expect(kept, `the backup of ${FILE} is not the file as it was`);
    this.plan.say([`  Undo it with: npx ids rollback ${session.id}`]);
  }

  private async undo(id: string): Promise<void> {
    this.plan.say([`  POST /v1/sessions/${id}/rollback`]);
    await this.client.rollback(id);
    await this.follow(id, (status) => status === 'rolled_back' || status === 'rollback_failed');
    const session = await this.client.session(id);
    expect(session.status === 'rolled_back', `the session is ${session.status}`);
  }

  /** Shows the events that are new, until the session is at an end or waits for a person. */
  private async follow(id: string, isEnd?: (status: Session['status']) => boolean): Promise<void> {
    const { signal, say, style } = this.plan;
    const options = {
      signal,
      after: this.lastEvent,
      ...(isEnd === undefined ? {} : { isDone: (session: Session) => isEnd(session.status) }),
    };
    for await (const { id: event, event: what } of this.client.events(id, options)) {
      this.lastEvent = event;
      say(renderEvent(what, style));
      if (what.type === 'pending') return;
    }
  }

  private title(text: string): void {
    this.plan.say(['', this.plan.style.colors.bold(text)]);
  }

  private check(text: string): void {
    this.plan.say([`  ${this.plan.style.colors.green('✓')} ${text}`]);
  }
}

function checkParliament({ rounds }: Session): void {
  const last = rounds.at(-1);
  expect(last?.decision === 'consensus', 'the parliament came to no consensus');
  expect(last?.opinions.some(isVote) ?? false, 'no agent voted');
}

function checkLayers({ validation }: Session): void {
  for (const layer of ['syntax', 'imports', 'lint'] as const) {
    const status = validation.find((result) => result.layer === layer)?.status;
    expect(status === 'passed' || status === 'warnings', `the layer ${layer} is ${status ?? 'missing'}`);
  }
}

function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(`The demo went wrong: ${otherwise}`);
}
