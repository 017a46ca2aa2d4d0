import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
const BYTES_A_LINE = 52;

/** Git's name for a file's content; forty zeros for a file that is not there. */
export function blobId(bytes: Buffer | undefined): string {
  if (bytes === undefined) return '0'.repeat(40);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Both directions of a change as git's binary patch: text may be in an encoding that a diff cannot carry. */
export function binaryPatch(before: Buffer | undefined, after: Buffer | undefined): string {
  return `GIT binary patch\n${literal(after)}\n${literal(before)}\n`;
}

function literal(bytes: Buffer = Buffer.alloc(0)): string {
  const packed = deflateSync(bytes);
  let text = `literal ${bytes.length}\n`;
  for (let at = 0; at < packed.length; at += BYTES_A_LINE) {
    const line = packed.subarray(at, at + BYTES_A_LINE);
    text += `${lengthMark(line.length)}${base85(line)}\n`;
  }
  return text;
}

/** A to Z for 1 to 26 bytes, a to z for 27 to 52. */
function lengthMark(length: number): string {
  return String.fromCharCode(length <= 26 ? 64 + length : 70 + length);
}

function base85(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const group = Buffer.alloc(4);
    bytes.copy(group, 0, at, at + 4);
    let value = group.readUInt32BE();
    let digits = '';
    for (let i = 0; i < 5; i += 1) {
      digits = (ALPHABET[value % 85] ?? '') + digits;
      value = Math.floor(value / 85);
    }
    text += digits;
  }
  return text;
}
