import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { LAYERS, SPECIALISTS } from '@ids/contracts';
import { makeProject } from '@ids/testing';
import { codeLines, read, ROOT, section } from './documents.js';

const capture = codeLines(section(read('README.md'), '## The demo'));

describe('the demo as README shows it', () => {
  it('has the steps that the demo has, down to its last line', () => {
    const story = read('apps/cli/src/launcher/demo-story.ts');
    const steps = capture.filter((line) => /^\d\. /.test(line));
    expect(steps.length).toBe(3);
    expect(steps.filter((step) => !story.includes(step))).toEqual([]);
    expect(capture.filter((line) => line !== '').at(-1)).toMatch(
      /^Each step did what it says, in [\d.]+ s\./,
    );
  });

  it('shows each specialist and each layer', () => {
    const text = capture.join('\n');
    for (const role of SPECIALISTS) expect(text).toContain(`(${role.replace('_', ', ')})`);
    for (const layer of LAYERS)
      expect(text).toMatch(new RegExp(`^  \\S ${layer} +(passed|skipped|warnings) `, 'm'));
  });

  it('shows a change that still fits the example', async () => {
    const start = capture.findIndex((line) => line.startsWith('diff --git '));
    const end = capture.findIndex((line, index) => index > start && line.startsWith('  ✓ '));
    const diff = capture.slice(start, end);
    const project = await makeProject({ 'change.diff': `${diff.join('\n')}\n` });
    try {
      await cp(join(ROOT, 'examples/vessels'), project.path, { recursive: true });
      const applied = promisify(execFile)('git', ['apply', '--check', 'change.diff'], { cwd: project.path });
      await expect(applied).resolves.toMatchObject({ stderr: '' });
    } finally {
      await project.remove();
    }
  }, 30_000);
});
