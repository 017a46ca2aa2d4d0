import { describe, expect, it } from '@jest/globals';
import { block, code, own, prose, richText, withoutLooks } from './rich-text.js';
import { split } from './split.js';

const shown = (text: string): string => prose(text).text.replaceAll('\u2060', '·');

describe('richText', () => {
  it('marks parts by entities, in UTF-16 code units, so that no text is markup', () => {
    const message = richText([
      own('Done 🚢', 'bold'),
      own(': '),
      code('<b>app/vessel.py</b>'),
      own('\n'),
      block('x = "<&>"\n', 'python'),
    ]);
    expect(message.text).toBe('Done 🚢: <b>app/vessel.py</b>\nx = "<&>"');
    expect(message.entities).toEqual([
      { type: 'bold', offset: 0, length: 7 },
      { type: 'code', offset: 9, length: 20 },
      { type: 'pre', offset: 30, length: 9, language: 'python' },
    ]);
  });

  it.each([
    ['ask @admin_1 now', 'ask @·admin_1 now'],
    ['run /rollback please', 'run /·rollback please'],
    ['see https://evil.example/a?b', 'see https:·//·evil.·example/a?b'],
    ['edit app/vessel.py', 'edit app/vessel.·py'],
    ['mail me@evil.example', 'mail me@·evil.·example'],
    ['#tag $USD', '#·tag $·USD'],
    ['3.5 of 7. Next', '3.·5 of 7. Next'],
    ['tg://resolve?domain=x', 'tg:·//·resolve?domain=x'],
    ['a\u202eb\u200bc\0d\r\ne', 'abcd\ne'],
    ['half \ud83d pair', 'half \ufffd pair'],
    ['www.🤙.tk', 'www.🤙.·tk'],
    ['💩.la/x', '💩.·la/x'],
    ['cafe\u0301.com', 'cafe\u0301.·com'],
    ['a\u200d.com foo~.com', 'a\u200d.·com foo~.·com'],
    ['#\u0301tag', '#·\u0301tag'],
  ])('makes nothing of %j that a client would act on', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it('keeps code on its line, and never makes an empty entity', () => {
    expect(code('a\n  b\u202e')).toEqual({ text: 'a b', style: 'code' });
    expect([code(''), block(' \n')]).toEqual([{ text: '(empty)' }, { text: '(empty)' }]);
  });
});

describe('withoutLooks', () => {
  it('makes prose of what was code, and leaves the rest', () => {
    const message = richText([own('See ', 'bold'), code('@admin'), own(' /help '), block('run /cancel')]);
    expect(withoutLooks(message).replaceAll('\u2060', '·')).toBe('See @·admin /help run /·cancel');
    expect(withoutLooks(richText([own('a'), code('b'), own('c')]))).toBe('abc');
  });
});

describe('split', () => {
  it('cuts between paragraphs, else lines, else words, and loses nothing but the space there', () => {
    const paragraphs = `${'a'.repeat(30)}\n\n${'b'.repeat(30)}\n\n${'c'.repeat(10)}`;
    expect(split(richText([own(paragraphs)]), 50).map(({ text }) => text)).toEqual([
      'a'.repeat(30),
      `${'b'.repeat(30)}\n\n${'c'.repeat(10)}`,
    ]);
    expect(split(richText([own(`${'a'.repeat(30)} ${'b'.repeat(30)}`)]), 40)).toHaveLength(2);
    const solid = split(richText([own('x'.repeat(100))]), 40).map(({ text }) => text.length);
    expect(solid).toEqual([40, 40, 20]);
  });

  it('keeps code as code on both sides of a cut, and cuts no character in two', () => {
    const pieces = split(richText([own('head\n'), block(`${'line one\n'.repeat(10)}end`, 'diff')]), 60);
    expect(pieces.length).toBeGreaterThan(1);
    for (const { text, entities } of pieces) {
      const [entity] = entities;
      expect(entity?.type).toBe('pre');
      expect(text.slice(entity?.offset, (entity?.offset ?? 0) + (entity?.length ?? 0))).toMatch(/^line one/);
    }
    expect(
      split(richText([own('🚢'.repeat(30))]), 25).every(
        ({ text }) => text.length === 24 || text.length <= 12,
      ),
    ).toBe(true);
  });

  it('has so few entities in a message that Telegram drops none', () => {
    const spans = Array.from({ length: 250 }, (_, index) => [code(`@name_${index}`), own(' ')]).flat();
    const pieces = split(richText(spans));
    expect(Math.max(...pieces.map(({ entities }) => entities.length))).toBeLessThanOrEqual(100);
    const covered = pieces.map(({ entities }) => entities.length).reduce((sum, each) => sum + each, 0);
    expect(covered).toBe(250);
    expect(pieces.map(({ text }) => text.trim()).join(' ')).toBe(richText(spans).text.trim());
  });

  it('leaves a short message alone', () => {
    const message = richText([own('short', 'bold')]);
    expect(split(message)).toEqual([message]);
  });
});
