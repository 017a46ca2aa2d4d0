import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, type TestProject } from '@ids/testing';
import { brief, changesTo, messages, runLayer } from '../test/run-layer.js';
import type { Outcome } from './layer.js';

// Each run starts several interpreters.
jest.setTimeout(120_000);

describe('the layer of tests, where a run says less than it seems', () => {
  let project: TestProject;
  beforeEach(async () => {
    project = await makeProject({ 'app/__init__.py': '', 'app/speed.py': 'def knots():\n    return 10\n' });
  });
  afterEach(() => project.remove());

  const BROKEN = { 'app/speed.py': 'def knots():\n    return 11\n' };
  const layer = async (files: Readonly<Record<string, string | null>>): Promise<Outcome> =>
    await runLayer(project.path, await changesTo(project.path, files));

  it('takes no run for a success that pytest was told to end early', async () => {
    await project.write(
      'test_a.py',
      'import pytest\nfrom app.speed import knots\ndef test_a():\n' +
        '    if knots() != 10: pytest.exit("enough", returncode=0)\ndef test_b(): pass\n',
    );
    const outcome = await layer(BROKEN);
    expect(brief(outcome)).toEqual(['test_a.py:0 tests-crashed error']);
    expect(messages(outcome)).toContain('ended before 1 of its tests');
  });

  it('counts a test whose name is as long as a text', async () => {
    const cases = '["x" * 5000, "x" * 5000 + "y"]';
    await project.write(
      'test_a.py',
      `import pytest\nfrom app.speed import knots\n@pytest.mark.parametrize("a", ${cases})\n` +
        'def test_a(a): assert knots() == 10\ndef test_old(): assert False\n',
    );
    const outcome = await layer(BROKEN);
    expect(outcome.existing).toBe(1);
    expect(brief(outcome)).toEqual(['test_a.py:4 test-failed error', 'test_a.py:4 test-failed error']);
  });

  it('does not blame a case that failed before under another name', async () => {
    await project.write(
      'test_a.py',
      'import pytest, uuid\n@pytest.mark.parametrize("a", [1, 2], ids=lambda a: uuid.uuid4().hex)\n' +
        'def test_a(a): assert a == 1\n',
    );
    expect(await layer({ 'b.py': '' })).toMatchObject({ status: 'passed', existing: 1 });
  });

  it('asks the person where no test is left that runs, and not where the change deletes them', async () => {
    await project.write('test_a.py', 'def test_a(): pass\n');
    const config = { 'pytest.ini': '[pytest]\npython_files = nothing_*.py\n' };
    const skipping =
      'import pytest\ndef pytest_collection_modifyitems(items):\n' +
      '    for item in items: item.add_marker(pytest.mark.skip)\n';
    for (const change of [config, { 'conftest.py': skipping }]) {
      const outcome = await layer(change);
      expect(brief(outcome)).toEqual(['.:0 tests-broken warning']);
      expect(messages(outcome)).toContain('1 passed before');
    }
    expect(await layer({ 'test_a.py': null })).toMatchObject({
      status: 'passed',
      reason: 'no tests were found',
    });
  });
});
