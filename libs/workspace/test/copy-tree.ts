import {
  chmodSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';

/** Copies a folder with its modes, links and hard links, as `cp -a` does, but without a process for each. */
export function copyTree(from: string, to: string, copied = new Map<number, string>()): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    const stats = lstatSync(source);
    const twin = copied.get(stats.ino);
    if (stats.isDirectory()) copyTree(source, target, copied);
    else if (stats.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (twin !== undefined) linkSync(twin, target);
    else {
      copyFileSync(source, target);
      chmodSync(target, stats.mode);
      copied.set(stats.ino, target);
    }
  }
  chmodSync(to, lstatSync(from).mode);
}
