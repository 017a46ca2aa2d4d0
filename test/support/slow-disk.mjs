// Loaded before a program (`node --import`): putting out pkg/f000.py, pkg/f001.py, … takes as long as on a slow disk.
// Tests that disturb a change while it is written would else race it on a busy machine.
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';

const EACH_MS = 30;
const SLOW = /^(?!.*\/\.ids\/).*\/pkg\/f\d{3}\.py$/;

for (const name of ['rename', 'link']) {
  const quick = fs[name];
  fs[name] = async (from, to) => {
    if (SLOW.test(String(to))) await delay(EACH_MS);
    return await quick(from, to);
  };
}
syncBuiltinESMExports();
