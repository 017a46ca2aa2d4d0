import { describe, expect, it } from '@jest/globals';
import type { Finding, LayerResult } from '@ids/contracts';
import { renderGithub } from './github.js';

const finding: Finding = {
  path: 'app/vessel.py',
  line: 3,
  column: 5,
  code: 'F821',
  severity: 'error',
  message: 'Undefined name `speed`',
};

function lines(findings: readonly Finding[], prefix = '', rest: Partial<LayerResult> = {}): string[] {
  const layer: LayerResult = { layer: 'lint', status: 'failed', findings: [...findings], ...rest };
  return renderGithub({ passed: false, layers: [layer] }, prefix, { strict: false });
}

/** What the runner of GitHub takes for a command: behind spaces at the start, or in the old form anywhere. */
const isCommand = (line: string): boolean => /^\s*::/.test(line) || /##\[.*\]/.test(line);

const undo = (part: string): string =>
  part
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');

/** The commands of a text, read as the runner reads them. */
function commandsOf(text: string): { name: string; properties: Record<string, string>; message: string }[] {
  return text
    .split(/\r\n|\r|\n/)
    .filter(isCommand)
    .map((line) => {
      const [, name = '', pairs = '', message = ''] = /^\s*::(\w+) (.*?)::(.*)$/s.exec(line) ?? [];
      const properties = Object.fromEntries(
        pairs.split(',').map((pair) => {
          const [key = '', ...value] = pair.split('=');
          return [key, undo(value.join('='))];
        }),
      );
      return { name, properties, message: undo(message) };
    });
}

/** What is left of a text once nothing in it can move a cursor. */
const visible = (text: string): string =>
  text.replaceAll('\u001b[2K', '').replaceAll(/(?![\n\t])\p{Cc}/gu, '');

describe('annotations for GitHub Actions', () => {
  it('name file, line, column and title, below the folder of the project', () => {
    expect(lines([finding], 'services/fleet')).toEqual([
      '::error file=services/fleet/app/vessel.py,line=3,col=5,title=IDS lint%3A F821::Undefined name `speed`',
      '✗ lint failed',
      'Validation failed: 1 error in 1 file',
    ]);
  });

  it('leave out a place that is not known', () => {
    const whole = { ...finding, path: '.', line: 0, column: 0, severity: 'warning' } as const;
    expect(lines([whole, { ...finding, line: 0 }]).slice(0, 2)).toEqual([
      '::warning title=IDS lint%3A F821::Undefined name `speed`',
      '::error file=app/vessel.py,title=IDS lint%3A F821::Undefined name `speed`',
    ]);
  });

  it('tell of a layer that is on and was skipped, not of one that is off', () => {
    const skipped = { status: 'skipped', reason: 'mypy is not installed' } as const;
    expect(lines([], '', skipped)[0]).toBe('::notice title=IDS lint%3A skipped::mypy is not installed');
    expect(lines([], '', { status: 'skipped', reason: 'not enabled' }).filter(isCommand)).toEqual([]);
  });

  it.each([
    'x\n::set-env name=PATH::/evil',
    'x\r::add-mask::secret',
    'x\r\n  ::stop-commands::token',
    'x::error::y',
    'a,line=99,title=z',
    '100%0A::error::y',
    '##[add-mask]secret',
    '\u2028::warning::y',
    '\u001b[2K::debug::y',
  ])('let no text of a repository become a command: %j', (evil) => {
    const hostile = { ...finding, path: `${evil}.py`, code: evil, message: evil };
    const layer = { tool: evil, reason: evil };
    const commands = commandsOf(lines([hostile], evil, layer).join('\n'));
    expect(commands).toHaveLength(1);
    const [{ name, properties, message }] = commands as [(typeof commands)[0]];
    expect({ name, message }).toEqual({ name: 'error', message: visible(evil) });
    expect(properties).toEqual({
      file: visible(`${evil}/${evil}.py`),
      line: '3',
      col: '5',
      title: visible(`IDS lint: ${evil}`),
    });
  });

  it('let no reason of a skipped layer become a command either', () => {
    const skipped = { status: 'skipped', reason: 'x\n::error::y' } as const;
    expect(commandsOf(lines([], '', skipped).join('\n'))).toMatchObject([
      { name: 'notice', message: 'x\n::error::y' },
    ]);
  });
});
