import { describe, expect, it } from '@jest/globals';
import { IdsError } from '@ids/kernel';
import { decodeSource, encodeSource, newSource } from './source.js';

const bytes = (text: string, encoding: BufferEncoding = 'utf8'): Buffer => Buffer.from(text, encoding);

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof IdsError ? error.code : String(error);
  }
}

describe('decodeSource and encodeSource', () => {
  it.each([
    ['plain', bytes('a = 1\nb = 2\n')],
    ['empty', bytes('')],
    ['no final newline', bytes('a = 1')],
    ['CRLF', bytes('a = 1\r\nb = 2\r\n')],
    ['lone CR', bytes('a = 1\rb = 2\r')],
    ['mixed line ends', bytes('a\r\nb\nc\rd\r\n\r\n\n')],
    ['BOM', bytes('\uFEFFa = "é"\r\n')],
    ['form feed and line separator', bytes('a = 1\f\n"\u2028"\n')],
    ['null byte', bytes('a = "\0"\n')],
    ['latin-1 by cookie', bytes('# -*- coding: latin-1 -*-\na = "é"\n', 'latin1')],
    [
      'cp1252 in the second line',
      Buffer.concat([bytes('#!/usr/bin/python\n# coding=cp1252\na = "'), Buffer.from([0x80, 0x22])]),
    ],
    ['koi8-r', Buffer.concat([bytes('# coding: koi8-r\n# '), Buffer.from([0xc1, 0xc2, 0x0a])])],
  ])('gives back the same bytes for an unchanged text: %s', (_name, data) => {
    const source = decodeSource('a.py', data);
    expect(Buffer.from(encodeSource(source.text, source)).equals(data)).toBe(true);
    expect(source.text).not.toMatch(/\r|\uFEFF/);
  });

  it('says what it saw', () => {
    const source = decodeSource('a.py', bytes('\uFEFF# coding: utf-8\r\nx = 1'));
    expect(source).toMatchObject({
      encoding: 'utf-8',
      bom: true,
      newline: '\r\n',
      finalNewline: false,
      text: '# coding: utf-8\nx = 1',
    });
  });

  it('keeps the line end of each line that stays, and gives new lines the usual one', () => {
    const source = decodeSource('a.py', bytes('one\r\ntwo\nthree\r\nfour\r\n'));
    const changed = encodeSource('zero\none\ntwo\n3\nfour\n', source);
    expect(Buffer.from(changed).toString()).toBe('zero\r\none\r\ntwo\n3\r\nfour\r\n');
  });

  it.each([
    ['not_utf8', 'a.py', Buffer.from([0x61, 0xff])],
    ['not_utf8', 'notes.txt', bytes('# coding: latin-1\né', 'latin1')],
    ['encoding_unsupported', 'a.py', bytes('# coding: no-such-thing\n')],
    ['encoding_unsupported', 'a.py', bytes('# coding: utf-7\n')],
    ['encoding_unsupported', 'a.py', bytes('\uFEFF# coding: latin-1\n')],
    ['encoding_unsupported', 'a.py', bytes('# coding: ascii\n# é', 'latin1')],
  ])('refuses with %s what it could not write back: %s', (code, path, data) => {
    expect(codeOf(() => decodeSource(path, data))).toBe(code);
  });

  it('refuses characters that the encoding does not have', () => {
    const source = decodeSource('a.py', bytes('# coding: latin-1\n'));
    expect(codeOf(() => encodeSource('# coding: latin-1\n"→"\n', source))).toBe('encoding_unsupported');
    expect(codeOf(() => encodeSource('"\uD800"\n', newSource('a.py')))).toBe('encoding_unsupported');
  });

  it('writes in the encoding that the new text declares, as Python will read it', () => {
    const source = decodeSource('a.py', bytes('# coding: latin-1\na = "é"\n', 'latin1'));
    expect(Buffer.from(encodeSource('a = "é"\n', source)).toString('utf8')).toBe('a = "é"\n');
  });

  it('writes a new file in UTF-8 with line feeds', () => {
    expect(Buffer.from(encodeSource('a = "é"\n', newSource('a.py'))).toString()).toBe('a = "é"\n');
  });
});
