import { IdsError } from '@ids/kernel';
import { keys } from './keys.js';
import { loadScript, type Redis } from './redis.js';

const scripts = { release: loadScript('release-lock'), extend: loadScript('extend-lock') };

/** Short, since a killed worker's lock keeps others waiting; renewed at a third of it. */
const LOCK_MS = 15_000;

/** The right to write into a project, with a fencing token that grows with each holder. */
export interface ProjectLock {
  /** Throws IdsError `lock_lost` unless this holder still has the lock; to be called before each rename. */
  fence(): Promise<void>;
}

/**
 * Runs `work` while holding the lock of a project; null if another holds it (try again later).
 * A holder that is killed loses it after 15 seconds.
 */
export async function withProjectLock<T>(
  redis: Redis,
  project: string,
  work: (lock: ProjectLock) => Promise<T>,
): Promise<{ readonly value: T } | null> {
  const key = keys.projectLock(project);
  const token = String(await redis.incr(keys.projectFence(project)));
  if ((await redis.set(key, token, 'PX', LOCK_MS, 'NX')) !== 'OK') return null;
  // A renewal that fails is noticed by the fence, which reads the lock itself.
  const timer = setInterval(() => {
    scripts.extend.run(redis, [key], [token, LOCK_MS]).catch(() => undefined);
  }, LOCK_MS / 3);
  try {
    return { value: await work({ fence: () => checkFence(redis, key, token) }) };
  } finally {
    clearInterval(timer);
    await scripts.release.run(redis, [key], [token]);
  }
}

async function checkFence(redis: Redis, key: string, token: string): Promise<void> {
  if ((await redis.get(key)) !== token) throw new IdsError('lock_lost');
}
