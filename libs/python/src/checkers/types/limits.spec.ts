import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { until } from '@ids/testing';
import { makeEnvironment, TypesFixture, type TypesChange } from '../../../test/types-fixture.js';
import type { TypeLimits } from './tool.js';

// Type checkers start slowly on a busy machine.
jest.setTimeout(60_000);

describe('a type checker that does not end as it should', () => {
  let fixture: TypesFixture;
  afterEach(() => fixture.remove());

  const change = async (limits: Partial<TypeLimits>, text: string): Promise<TypesChange> => {
    fixture = await TypesFixture.make({}, { limits });
    const environment = join(fixture.temporary, 'venv');
    const sitePackages = [await makeEnvironment(environment, 'double')];
    return { added: { 'a.py': `# double: ${text}\n` }, python: { environment, sitePackages, trusted: true } };
  };
  const reason = async (limits: Partial<TypeLimits>, text: string): Promise<unknown> => {
    const asked = await change(limits, text);
    return await fixture.check(asked);
  };

  it('gives no judgement, with the reason, when it is killed', async () => {
    expect(await reason({}, 'kill')).toEqual({ unavailable: 'mypy 9.9.9 failed: it was ended by SIGKILL' });
  });

  it('gives no judgement, with the reason, when it crashes', async () => {
    expect(await reason({}, 'crash')).toEqual({ unavailable: 'mypy 9.9.9 failed: INTERNAL ERROR' });
  });

  it('is ended after its time', async () => {
    const answer = await reason({ seconds: 2 }, 'stall');
    expect(answer).toEqual({ unavailable: 'mypy 9.9.9 failed: it took longer than 2 s' });
  });

  it('is ended when it prints without end', async () => {
    const answer = await reason({ outputBytes: 100_000 }, 'flood');
    expect(answer).toEqual({ unavailable: 'mypy 9.9.9 failed: it printed more than 100000 bytes' });
  });

  it('gets no more memory than it may have', async () => {
    const answer = await reason({ memoryMb: 512 }, 'memory');
    expect(answer).toEqual({ unavailable: 'mypy 9.9.9 failed: it needed more than 512 MB of memory' });
  });

  it('is ended when the work is aborted, and the next change is judged', async () => {
    const controller = new AbortController();
    const stalled = await change({}, 'stall');
    const answer = fixture.check({ ...stalled, signal: controller.signal });
    const waiting = fixture.check({ ...stalled, signal: controller.signal });
    const settled = Promise.allSettled([answer, waiting]);
    await until(
      async () =>
        (await readdir(fixture.temporary, { recursive: true })).some((name) => name.endsWith('/stalled')),
      20_000,
    );
    controller.abort(new Error('enough'));
    expect(await settled).toEqual([
      { status: 'rejected', reason: new Error('enough') },
      { status: 'rejected', reason: new Error('enough') },
    ]);
    const next = await fixture.judge({ ...stalled, added: { 'a.py': '# double: error\n' } });
    expect(next.findings).toHaveLength(1);
  });
});
