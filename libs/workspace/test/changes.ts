import type { PlannedChange } from '@ids/contracts';
import { createHash } from 'node:crypto';

/** Planned changes as the generation stage would make them. */
type Text = string | Uint8Array;

const base64 = (text: Text): string => Buffer.from(text).toString('base64');
const hash = (text: Text): string => createHash('sha256').update(text).digest('hex');

export function create(path: string, after: Text): PlannedChange {
  return { operation: 'create', path, after: base64(after) };
}

export function modify(path: string, before: Text, after: Text): PlannedChange {
  return {
    operation: 'modify',
    path,
    baseHash: hash(before),
    before: base64(before),
    after: base64(after),
  };
}

export function remove(path: string, before: Text): PlannedChange {
  return { operation: 'delete', path, baseHash: hash(before), before: base64(before) };
}

export function rename(from: string, path: string, before: Text, after: Text = before): PlannedChange {
  return {
    operation: 'rename',
    path,
    from,
    baseHash: hash(before),
    before: base64(before),
    after: base64(after),
  };
}
