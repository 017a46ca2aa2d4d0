import { IdsError } from '@ids/kernel';
import iconv from 'iconv-lite';
import { lineEnds, restoreNewlines, toLineFeeds, usualNewline, type Newline } from './newlines.js';

/** A source file as text, with all that is needed to write it back byte by byte. */
export interface DecodedSource {
  readonly path: string;
  /** With line feeds only and without a byte order mark. */
  readonly text: string;
  /** As Python would name it: `utf-8`, `latin-1`, or what the cookie says. */
  readonly encoding: string;
  readonly bom: boolean;
  /** The kind of line end that occurs most often. */
  readonly newline: Newline;
  /** Each line end in order, since a file may mix them. */
  readonly newlines: readonly Newline[];
  readonly finalNewline: boolean;
}

const BOM = '\uFEFF';
const PYTHON_FILE = /\.py[iw]?$/i;
const COOKIE = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const BLANK_OR_COMMENT = /^[ \t\f]*(?:#.*)?$/;
/** Encodings in which ASCII is not ASCII cannot carry a cookie, and Python refuses them. */
const NOT_ASCII_COMPATIBLE = /^(utf-?(7|16|32)|ucs|utf(7|16|32)|base64|hex|binary|cesu)/;

/**
 * The text of a file by PEP 263: byte order mark, else cookie (in Python files), else UTF-8.
 * @throws IdsError `not_utf8`, or `encoding_unsupported` if these bytes could not be written back unchanged.
 */
export function decodeSource(path: string, bytes: Uint8Array): DecodedSource {
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const head = toLineFeeds(Buffer.from(bytes.subarray(bom ? 3 : 0, 4_096)).toString('latin1'));
  const encoding = declaredEncoding(path, head) ?? 'utf-8';
  if (bom && encoding !== 'utf-8') throw new IdsError('encoding_unsupported', { path, encoding });
  const raw = decode(path, bom ? bytes.subarray(3) : bytes, encoding);
  const newlines = lineEnds(raw);
  const source: DecodedSource = {
    path,
    text: toLineFeeds(raw),
    encoding,
    bom,
    newline: usualNewline(newlines),
    newlines,
    finalNewline: /[\r\n]$/.test(raw),
  };
  if (!Buffer.from(bytes).equals(encodeSource(source.text, source))) {
    throw new IdsError('encoding_unsupported', { path, encoding });
  }
  return source;
}

/** What a file that does not exist yet is encoded like: UTF-8, line feeds, no byte order mark. */
export function newSource(path: string): DecodedSource {
  return { path, text: '', encoding: 'utf-8', bom: false, newline: '\n', newlines: [], finalNewline: true };
}

/**
 * The bytes of a new text for the file that `like` was read from; of the same text exactly its bytes.
 * Where the text declares another encoding than before, that one counts, as it will for Python.
 * @throws IdsError `encoding_unsupported` for characters that the encoding does not have.
 */
export function encodeSource(text: string, like: DecodedSource): Uint8Array {
  const encoding = declaredEncoding(like.path, text.slice(0, 4_096)) ?? 'utf-8';
  if (like.bom && encoding !== 'utf-8') {
    throw new IdsError('encoding_unsupported', { path: like.path, encoding });
  }
  const restored = restoreNewlines(text, like.text, like.newlines, like.newline);
  return encode(like.path, like.bom ? BOM + restored : restored, encoding);
}

/** Whether a file is Python by its name, stubs included. */
export function isPython(path: string): boolean {
  return PYTHON_FILE.test(path);
}

/** The encoding that a cookie in the first two lines names; undefined without one. */
function declaredEncoding(path: string, head: string): string | undefined {
  if (!isPython(path)) return undefined;
  const [first = '', second = ''] = head.split('\n', 2);
  const cookie = COOKIE.exec(first) ?? (BLANK_OR_COMMENT.test(first) ? COOKIE.exec(second) : null);
  const name = cookie?.[1]?.toLowerCase().replaceAll('_', '-');
  if (name === undefined) return undefined;
  if (name === 'utf-8' || name === 'utf8' || name.startsWith('utf-8-')) return 'utf-8';
  return /^(latin-1|iso-8859-1|iso-latin-1)(-|$)/.test(name) ? 'latin-1' : name;
}

function decode(path: string, bytes: Uint8Array, encoding: string): string {
  if (encoding === 'utf-8') {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw new IdsError('not_utf8', { path }, { cause });
    }
  }
  assertSupported(path, encoding);
  return iconv.decode(Buffer.from(bytes), encoding, { stripBOM: false });
}

function encode(path: string, text: string, encoding: string): Uint8Array {
  if (encoding === 'utf-8') {
    const bytes = Buffer.from(text, 'utf8');
    // A lone surrogate has no UTF-8 and would silently become another character.
    if (bytes.toString('utf8') !== text) throw new IdsError('encoding_unsupported', { path, encoding });
    return bytes;
  }
  assertSupported(path, encoding);
  const bytes = iconv.encode(text, encoding, { addBOM: false });
  if (iconv.decode(bytes, encoding, { stripBOM: false }) !== text) {
    throw new IdsError('encoding_unsupported', { path, encoding });
  }
  return bytes;
}

function assertSupported(path: string, encoding: string): void {
  if (NOT_ASCII_COMPATIBLE.test(encoding) || !iconv.encodingExists(encoding)) {
    throw new IdsError('encoding_unsupported', { path, encoding });
  }
}
