import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from './paths.mjs';
import { releaseLock, takeLock } from './process-lock.mjs';
import { say } from './say.mjs';

const LOCK = join(ROOT, '.ids/setup.lock');

const release = () => releaseLock(LOCK);

/** Does the set-up alone: a second command in the same checkout waits for the first, then finds its work done. */
export async function withSetupLock(work) {
  let told = false;
  for (let holder = takeLock(LOCK); holder !== undefined; holder = takeLock(LOCK)) {
    if (!told) say(`Waiting for the set-up of another command (process ${holder}) …`);
    told = true;
    await delay(200);
  }
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}
