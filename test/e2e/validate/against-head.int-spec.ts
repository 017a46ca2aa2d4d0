import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { validateAnswerSchema, type Finding, type ValidateAnswer, type ValidateBody } from '@ids/contracts';
import { snapshotTree } from '@ids/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startSystem, type RegisteredProject, type System } from '../../support/system.js';
import { gitProject } from './git-project.js';

// Real servers and checkers, on machines that may be busy.
jest.setTimeout(120_000);

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => await system.stop());

type Question = Omit<ValidateBody, 'project'>;

async function validate({ name }: RegisteredProject, question: Question): Promise<ValidateAnswer> {
  const answer = await system.api('POST', '/v1/validate', { project: name, ...question });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return validateAnswerSchema.parse(answer.body);
}

const findingsOf = ({ layers }: ValidateAnswer): Finding[] => layers.flatMap(({ findings }) => findings);
const placesOf = (answer: ValidateAnswer): string[] =>
  findingsOf(answer).map(({ path, line }) => `${path}:${line}`);

const FLEET = {
  'fleet/__init__.py': '',
  'fleet/ship.py': 'def sail():\n    return 1\n\n\ndef anchor():\n    return 2\n',
  'fleet/crew.py': 'from fleet.ship import sail\n\nprint(sail())\n',
  'fleet/old.py': 'import a_module_that_never_was\n',
};

describe('what is staged', () => {
  it('is judged as it is staged, whatever the working tree holds', async () => {
    const project = await gitProject(system, FLEET);
    await project.write('fleet/crew.py', 'def broken(:\n');
    await project.git('add', '-A');
    await project.write('fleet/crew.py', 'fine = 1\n');
    const staged = await validate(project, { against: 'staged' });
    expect([staged.passed, placesOf(staged)]).toEqual([false, ['fleet/crew.py:1']]);
    expect(staged.comparison).toMatchObject({
      against: 'staged',
      files: [{ path: 'fleet/crew.py', operation: 'modify' }],
    });
    const head = await validate(project, { against: 'head' });
    expect([head.passed, findingsOf(head)]).toEqual([true, []]);
  });

  it('fails where it imports a file that was not added', async () => {
    const project = await gitProject(system, FLEET);
    await project.write('fleet/extra.py', 'LOAD = 1\n');
    await project.write('fleet/crew.py', 'from fleet.extra import LOAD\n\nprint(LOAD)\n');
    await project.git('add', 'fleet/crew.py');
    const staged = await validate(project, { against: 'staged' });
    expect([staged.passed, placesOf(staged)]).toEqual([false, ['fleet/crew.py:1']]);
    expect((await validate(project, { against: 'head' })).passed).toBe(true);
  });

  it('has passed where it holds no Python', async () => {
    const project = await gitProject(system, FLEET, { lint: true });
    await project.write('data.bin', 'x');
    await project.git('add', '-A');
    const { passed, layers, comparison } = await validate(project, { against: 'staged' });
    expect([passed, comparison?.files]).toEqual([true, []]);
    expect(layers.map(({ layer, status, reason }) => [layer, status, reason])).toEqual([
      ['syntax', 'passed', 'no Python file to judge'],
      ['imports', 'passed', 'no Python file to judge'],
      ['types', 'skipped', 'not enabled'],
      ['lint', 'passed', 'no Python file to judge'],
      ['tests', 'skipped', 'not enabled'],
    ]);
  });
});

describe('the working tree against HEAD', () => {
  it('brings new findings only, also in files that were not touched', async () => {
    const project = await gitProject(system, FLEET, { lint: true });
    await project.write('fleet/ship.py', 'import os\n\n\ndef anchor():\n    return 2\n');
    await project.write('fleet/old.py', '\n\nimport a_module_that_never_was\n');
    const answer = await validate(project, { against: 'head' });
    expect(answer.passed).toBe(false);
    expect(placesOf(answer).sort()).toEqual(['fleet/crew.py:1', 'fleet/ship.py:1']);
    const asTheyStand = await validate(project, { paths: ['fleet/old.py'] });
    expect(placesOf(asTheyStand)).toEqual(expect.arrayContaining(['fleet/old.py:3']));
  });

  it('takes paths that are not named as they will be', async () => {
    const project = await gitProject(system, FLEET);
    await project.write('fleet/extra.py', 'def broken(:\n');
    await project.write('fleet/crew.py', 'from fleet.ship import anchor\nimport fleet.extra\n');
    const answer = await validate(project, { against: 'head', paths: ['fleet/crew.py'] });
    expect(answer.comparison?.files).toEqual([{ path: 'fleet/crew.py', operation: 'modify' }]);
    expect(findingsOf(answer)).toEqual([]);
  });

  it('finds ignored modules and the environment of the project', async () => {
    const project = await gitProject(system, { ...FLEET, '.gitignore': '_version.py\n' });
    await project.write('fleet/_version.py', 'VERSION = "1"\n');
    await project.write('.venv/pyvenv.cfg', 'home = /usr/bin\n');
    await project.write('.venv/lib/python3.11/site-packages/harbour.py', 'PIER = 1\n');
    await project.write('requirements.txt', 'harbour\n');
    await project.write('fleet/crew.py', 'from fleet._version import VERSION\nfrom harbour import PIER\n');
    const answer = await validate(project, { against: 'head' });
    expect([answer.passed, findingsOf(answer)]).toEqual([true, []]);
  });

  it('leaves project and repository as they are', async () => {
    const project = await gitProject(system, FLEET, { lint: true, types: true });
    await project.write('fleet/crew.py', 'import os\n');
    await project.write('fleet/new.py', 'x: int = 1\n');
    const before = await snapshotTree(project.path);
    await validate(project, { against: 'head' });
    await validate(project, { against: 'staged' });
    expect(await snapshotTree(project.path)).toEqual(before);
  });

  it('runs nothing that the repository configures', async () => {
    const project = await gitProject(system, { ...FLEET, '.gitattributes': '* filter=evil diff=evil\n' });
    const marks = join(project.path, '.git/marks');
    await mkdir(marks);
    for (const key of ['core.fsmonitor', 'filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process']) {
      await project.git('config', key, `touch ${join(marks, key)}; cat`);
    }
    await writeFile(join(project.path, '.git/hooks/post-index-change'), `#!/bin/sh\ntouch ${marks}/hook\n`);
    await chmod(join(project.path, '.git/hooks/post-index-change'), 0o755);
    await project.write('fleet/crew.py', 'x = 1\n');
    expect((await validate(project, { against: 'head' })).comparison?.files).toHaveLength(1);
    expect(await readdir(marks)).toEqual([]);
    await project.git('status');
    expect(await readdir(marks)).not.toEqual([]);
  });

  it('is refused outside of a repository', async () => {
    const project = await system.createProject(FLEET);
    const answer = await system.api('POST', '/v1/validate', { project: project.name, against: 'head' });
    expect([answer.status, answer.body]).toMatchObject([422, { code: 'not_a_git_repository' }]);
  });

  it('takes everything for new where there is no commit yet', async () => {
    const project = await gitProject(system, {});
    await rm(join(project.path, '.git'), { recursive: true });
    await project.git('init', '-q');
    await project.write('a.py', 'import a_module_that_never_was\n');
    const answer = await validate(project, { against: 'head' });
    expect([answer.comparison?.commit, placesOf(answer)]).toEqual([null, ['a.py:1']]);
  });
});
