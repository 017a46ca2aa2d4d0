import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '@ids/contracts';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { execa } from 'execa';
import { brief, changesTo, messages, runLayer, type LayerOptions } from '../test/run-layer.js';
import type { Outcome } from './layer.js';

// Each run starts several interpreters.
jest.setTimeout(120_000);

const odd = ({ message }: Finding): boolean => message.length > 600 || /\p{Cc}/u.test(message);

describe('the layer of tests, with pytest', () => {
  let project: TestProject;
  beforeAll(async () => {
    // Without it the specs below would judge by unittest, and say nothing of pytest.
    const { exitCode } = await execa('/usr/bin/python3', ['-I', '-c', 'import pytest'], { reject: false });
    if (exitCode !== 0)
      throw new Error('install pytest for /usr/bin/python3: apt-get install python3-pytest');
  });
  beforeEach(async () => {
    project = await makeProject({ 'app/__init__.py': '', 'app/speed.py': 'def knots():\n    return 10\n' });
  });
  afterEach(() => project.remove());

  const BROKEN = { 'app/speed.py': 'def knots():\n    return 11\n' };
  const layer = async (
    files: Readonly<Record<string, string | null>>,
    options?: LayerOptions,
  ): Promise<Outcome> => await runLayer(project.path, await changesTo(project.path, files), options);

  it('names a test that passed before and fails now, with the place and the assertion', async () => {
    await project.write(
      'tests/test_speed.py',
      'from app.speed import knots\n\n\ndef test_knots():\n    assert knots() == 10\n',
    );
    const before = await snapshotTree(project.path);
    const outcome = await layer(BROKEN);
    expect(outcome).toMatchObject({ status: 'failed', existing: 0 });
    expect(outcome.tool).toMatch(/^pytest \d.* on CPython 3\.\d+\.\d+, in bubblewrap$/);
    expect(brief(outcome)).toEqual(['tests/test_speed.py:5 test-failed error']);
    expect(messages(outcome)).toBe(
      'test failed, which passed before: tests/test_speed.py::test_knots: assert 11 == 10',
    );
    expect(await snapshotTree(project.path)).toEqual(before);
  });

  it('gives the place in the project where the error arose, and short paths', async () => {
    await project.write(
      'tests/test_speed.py',
      'from app.speed import knots\ndef test_knots():\n    assert knots()\n',
    );
    const outcome = await layer({
      'app/speed.py': '# moved\ndef knots():\n    return open(__file__ + "x")\n',
    });
    expect(brief(outcome)).toEqual(['app/speed.py:3 test-failed error']);
    expect(messages(outcome)).toMatch(/No such file or directory: 'app\/speed.pyx'$/);
  });

  it('knows parametrized tests apart, whatever their names hold', async () => {
    const names = ['a b', 'ü', 'a::b', 'c/d', '[x]', 'new\nline', 'x'.repeat(300)];
    await project.write(
      'tests/test_speed é.py',
      'import pytest\nfrom app.speed import knots\n' +
        `@pytest.mark.parametrize("name", ${JSON.stringify(names)})\n` +
        'def test_knots(name):\n    assert knots() == (10 if name != "a::b" else 11)\n',
    );
    const outcome = await layer(BROKEN);
    expect(outcome).toMatchObject({ status: 'failed', existing: 0 });
    expect(outcome.findings).toHaveLength(names.length - 1);
    expect(messages(outcome)).not.toMatch(/a::b/);
  });

  it('counts what failed, was skipped or expected to fail before, and does not blame it', async () => {
    await project.write(
      'test_old.py',
      'import pytest\nfrom app.speed import knots\n' +
        'def test_fails(): assert knots() == 0\n' +
        'def test_skips():\n    if knots() == 10: pytest.skip("slow")\n    assert False\n' +
        '@pytest.mark.xfail\ndef test_expected(): assert False\n' +
        '@pytest.fixture\ndef broken(): raise ValueError\n' +
        'def test_error(broken): pass\n',
    );
    expect(await layer(BROKEN)).toMatchObject({ status: 'passed', existing: 3 });
    expect(await layer({ 'a.py': '' })).toMatchObject({ status: 'passed', existing: 2 });
  });

  it('counts a new test that fails, and not one that the change removes', async () => {
    await project.write('test_old.py', 'def test_a(): pass\ndef test_b(): assert False\n');
    const outcome = await layer({
      'test_new.py': 'def test_c():\n    assert 1 == 2\n',
      'test_old.py': 'def test_b(): assert False\n',
    });
    expect(outcome.existing).toBe(1);
    expect(messages(outcome)).toBe('new test fails: test_new.py::test_c: assert 1 == 2');
  });

  it('follows a test into a renamed file', async () => {
    const text =
      'from app.speed import knots\ndef test_old(): assert False\ndef test_knots(): assert knots() == 10\n';
    await project.write('test_a.py', text);
    const [removed] = await changesTo(project.path, { 'test_a.py': null });
    const [modified] = await changesTo(project.path, BROKEN);
    if (removed?.operation !== 'delete' || modified === undefined) throw new Error('no such change');
    const { baseHash, before } = removed;
    const moved = {
      operation: 'rename',
      from: 'test_a.py',
      path: 'tests/test_b.py',
      baseHash,
      before,
      after: before,
    } as const;
    const outcome = await runLayer(project.path, [moved, modified]);
    expect(outcome.existing).toBe(1);
    expect(messages(outcome)).toMatch(/^test failed, which passed before: tests\/test_b.py::test_knots/);
  });

  it('counts the tests of a file that can no longer be imported, and runs the others', async () => {
    await project.write('test_a.py', 'from app.speed import knots\ndef test_1(): pass\ndef test_2(): pass\n');
    await project.write('test_b.py', 'import app\ndef test_3(): assert not hasattr(app, "late")\n');
    await project.write('test_c.py', 'import missing_package\ndef test_4(): pass\n');
    const outcome = await layer({ 'app/speed.py': 'def other(): pass\n', 'app/__init__.py': 'late = 1\n' });
    expect(outcome.existing).toBe(1);
    expect(brief(outcome)).toEqual(['test_b.py:2 test-failed error', 'test_a.py:1 tests-broken error']);
    expect(messages(outcome)).toMatch(
      /tests of test_a.py cannot be run any more \(2 passed before\): ImportError: cannot import name 'knots'/,
    );
  });

  it('asks the person about a test that fails only sometimes', async () => {
    // It fails unless it runs alone: how many tests were collected is what differs.
    await project.write(
      'test_a.py',
      'from app.speed import knots\ndef test_first(): pass\n' +
        'def test_flaky(request):\n    assert knots() == 10 or len(request.session.items) == 1\n',
    );
    const outcome = await layer(BROKEN);
    expect(outcome.status).toBe('warnings');
    expect(brief(outcome)).toEqual(['test_a.py:4 test-flaky warning']);
  });

  it('names the test in which a run dies', async () => {
    await project.write(
      'test_a.py',
      'import os\nfrom app.speed import knots\ndef test_dies():\n    if knots() != 10: os.abort()\n',
    );
    const outcome = await layer(BROKEN);
    expect(brief(outcome)).toEqual(['test_a.py:0 tests-crashed error']);
    expect(messages(outcome)).toMatch(/ended by signal 6.*\(while test_a.py::test_dies ran\)/);
  });

  it('does not blame a run that dies without the change too, and says that nothing was judged', async () => {
    await project.write('test_a.py', 'import os\ndef test_dies(): os.abort()\n');
    expect(await layer(BROKEN)).toMatchObject({
      status: 'skipped',
      reason: expect.stringMatching(/without the change too/),
    });
    expect(await layer(BROKEN, { wanted: 'required' })).toMatchObject({
      status: 'failed',
      findings: [{ code: 'checker-missing' }],
    });
  });

  it('names the test that takes too long, unless it did before', async () => {
    await project.write(
      'test_a.py',
      'import time\nfrom app.speed import knots\ndef test_slow():\n    if knots() != 10: time.sleep(60)\n',
    );
    const limits = { seconds: 8 };
    const outcome = await layer(BROKEN, { limits });
    expect(brief(outcome)).toEqual(['test_a.py:0 tests-timeout error']);
    expect(messages(outcome)).toBe('the tests took longer than 8 s (while test_a.py::test_slow ran)');
    await project.write('app/speed.py', 'def knots():\n    return 12\n');
    expect(await layer({ 'b.py': '' }, { limits })).toMatchObject({ status: 'skipped' });
  });

  it('says which option pytest does not know, and fails for one that the change brings', async () => {
    await project.write('test_a.py', 'def test_a(): pass\n');
    const settings = { 'pytest.ini': '[pytest]\naddopts = --no-such-option\n' };
    const brought = await layer(settings);
    expect(brief(brought)).toEqual(['.:0 tests-failed error']);
    expect(messages(brought)).toMatch(/unrecognized arguments: --no-such-option/);
    await project.write('pytest.ini', settings['pytest.ini']);
    expect(await layer(BROKEN)).toMatchObject({
      status: 'skipped',
      reason: expect.stringMatching(/--no-such-option/),
    });
  });

  it('runs all tests of a project that stops at the first failure', async () => {
    await project.write('pytest.ini', '[pytest]\naddopts = -x --last-failed\n');
    await project.write(
      'test_a.py',
      'from app.speed import knots\ndef test_a(): assert False\ndef test_b(): assert knots() == 10\n',
    );
    expect(brief(await layer(BROKEN))).toEqual(['test_a.py:3 test-failed error']);
  });

  it('finds packages in src, and judges a project as it stands', async () => {
    await rename(join(project.path, 'app'), join(project.path, 'src-app'));
    await project.write('src/sea/__init__.py', '');
    await project.write('tests/test_sea.py', 'import sea\ndef test_a(): pass\ndef test_b(): assert False\n');
    const outcome = await runLayer(project.path, undefined);
    expect(brief(outcome)).toEqual(['tests/test_sea.py:3 test-failed error']);
  });

  it('bounds the findings, and lets no control character through', async () => {
    await project.write(
      'test_a.py',
      'import pytest\nfrom app.speed import knots\n@pytest.mark.parametrize("n", range(80))\n' +
        'def test_n(n):\n    if knots() != 10: raise ValueError("\\x1b[31m" + "m" * 5000)\n',
    );
    const outcome = await layer(BROKEN);
    expect(outcome.findings).toHaveLength(50);
    expect(outcome.findings.at(-1)?.message).toBe('and 31 more such findings');
    expect(outcome.findings.filter(odd)).toEqual([]);
  });
  it('takes no early end for success', async () => {
    await project.write(
      'test_a.py',
      'import os\nfrom app.speed import knots\ndef test_a(): pass\ndef test_b():\n    if knots() != 10: os._exit(0)\n',
    );
    expect(brief(await layer(BROKEN))).toEqual(['test_a.py:0 tests-crashed error']);
    const before = await layer({ 'conftest.py': 'import os\nos._exit(0)\n' });
    expect(messages(before)).toMatch(/exit code 0 before its tests were at theirs/);
  });

  it('reads a report into which the tests themselves write', async () => {
    await project.write(
      'test_a.py',
      'import os\nfrom app.speed import knots\n' +
        'def test_a():\n    with open(os.environ["IDS_TEST_REPORT"], "ab") as report:\n' +
        '        report.write(b"\\xff\\n{}\\n[1]\\n" + b"x" * (5 << 20) + b"\\n")\n' +
        'def test_b(): assert knots() == 10\n',
    );
    expect(brief(await layer(BROKEN))).toEqual(['test_a.py:6 test-failed error']);
  });
});
