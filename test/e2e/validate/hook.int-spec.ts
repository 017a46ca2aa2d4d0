import { chmod, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Log } from 'sarif';
import { startSystem, type System } from '../../support/system.js';
import { clientFile, gitProject, type GitProject } from './git-project.js';

// Real servers, commits and clients, on machines that may be busy.
jest.setTimeout(120_000);

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => await system.stop());

const GOOD = 'def sail():\n    return 1\n';
const BROKEN = 'def sail(:\n';

async function withHook(): Promise<GitProject> {
  const project = await gitProject(system, { 'ship.py': GOOD, 'crew.py': GOOD });
  const hook = join(project.path, '.git/hooks/pre-commit');
  await writeFile(hook, `#!/bin/sh\nexec '${process.execPath}' '${await clientFile()}' validate --staged\n`);
  await chmod(hook, 0o755);
  return project;
}

const subjects = async (project: GitProject): Promise<string[]> =>
  (await project.git('log', '--format=%s')).out.trim().split('\n');

describe('ids validate --staged as a hook of git', () => {
  it('keeps a broken commit out and lets the mended one in', async () => {
    const project = await withHook();
    await project.write('ship.py', BROKEN);
    await project.git('add', 'ship.py');
    await project.write('ship.py', GOOD);
    const refused = await project.git('commit', '-m', 'broken');
    expect([refused.code, await subjects(project)]).toEqual([1, ['first']]);
    expect(refused.out + refused.err).toContain('ship.py: 1 error');
    await project.write('ship.py', `${GOOD}\nNAME = "x"\n`);
    await project.git('add', 'ship.py');
    await project.write('crew.py', BROKEN);
    expect((await project.git('commit', '-m', 'mended')).code).toBe(0);
    expect(await subjects(project)).toEqual(['mended', 'first']);
  });

  it('judges what commit -a and commit PATH take, which is not in the usual index', async () => {
    const project = await withHook();
    await project.write('ship.py', BROKEN);
    expect((await project.git('commit', '-a', '-m', 'all')).code).toBe(1);
    expect((await project.git('commit', '-m', 'one', 'ship.py')).code).toBe(1);
    await project.write('crew.py', `${GOOD}\nNAME = "x"\n`);
    expect((await project.git('commit', '-m', 'other', 'crew.py')).code).toBe(0);
    expect(await subjects(project)).toEqual(['other', 'first']);
  });

  it('lets a commit without Python through', async () => {
    const project = await withHook();
    await project.write('notes.bin', 'x');
    await project.git('add', '-A');
    expect((await project.git('commit', '-m', 'notes')).code).toBe(0);
  });
});

describe('ids validate from a shell', () => {
  it('ends with 1 on a failure, with the same findings in each format', async () => {
    const project = await gitProject(system, { 'ship.py': GOOD });
    await project.write('ship.py', BROKEN);
    const text = await project.ids('validate', '--head');
    expect([text.code, text.out.split('\n').slice(2, 3)]).toEqual([1, ['ship.py: 1 error']]);
    const json = await project.ids('validate', '--head', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ passed: false, comparison: { against: 'head' } });
    const github = await project.ids('validate', '--head', '--format', 'github');
    expect(github.out).toMatch(/^::error file=ship\.py,line=1,col=\d+,title=IDS syntax%3A [^:]+::/);
    const { runs } = JSON.parse((await project.ids('validate', '--head', '--format', 'sarif')).out) as Log;
    expect(runs[0]?.results).toMatchObject([{ level: 'error', properties: { layer: 'syntax' } }]);
  });

  it('judges a branch over its merge base, as a pipeline does', async () => {
    const project = await gitProject(system, { 'ship.py': GOOD, 'old.py': 'import never_was\n' });
    await project.git('checkout', '-q', '-b', 'work');
    await project.write('ship.py', `import missing_too\n\n\n${GOOD}`);
    await project.git('commit', '-q', '-a', '-m', 'one');
    await project.git('mv', 'old.py', 'renamed.py');
    await project.git('commit', '-q', '-m', 'two');
    const base = (await project.git('merge-base', 'HEAD', 'main')).out.trim();
    await project.git('reset', '-q', '--soft', base);
    const { code, out } = await project.ids('validate', '--staged', '--format', 'github');
    const commands = out.split('\n').filter((line) => line.startsWith('::'));
    expect([code, commands]).toEqual([
      1,
      [expect.stringMatching(/^::error file=ship\.py,line=1,col=8,title=IDS imports%3A /)],
    ]);
  });

  it('ends with 2 outside of a repository and with 3 where no gateway is', async () => {
    const project = await gitProject(system, { 'ship.py': GOOD });
    const plain = await system.createProject({ 'a.py': GOOD });
    const outside = await project.ids('validate', '--staged', '--project', plain.name);
    expect([outside.code, outside.err]).toEqual([2, expect.stringContaining('git repository')]);
    expect((await project.ids('validate', '--url', 'http://127.0.0.1:9')).code).toBe(3);
  });

  it('finds the project by the folder it is started in', async () => {
    const project = await gitProject(system, { 'pkg/ship.py': GOOD });
    await project.write('pkg/ship.py', BROKEN);
    const named = await project.ids('validate', '--head', '--project', project.name);
    expect(dirname(project.path)).not.toBe(project.path);
    expect(named.code).toBe(1);
    expect((await project.ids('validate', 'pkg')).code).toBe(1);
  });
});
