import { once } from 'node:events';
import { connectRedis, withProjectLock } from '@ids/store';
import { until } from '@ids/testing';

/**
 * Takes the lock of a project as another writer would, so that applying and undoing wait. Gives the function that
 * lets them go.
 */
export async function holdProject(redisUrl: string, project: string): Promise<() => Promise<void>> {
  const redis = connectRedis(redisUrl, 'worker');
  const gate = new AbortController();
  const released = once(gate.signal, 'abort');
  let held = false;
  const holding = until(
    async () =>
      (await withProjectLock(redis, project, async () => {
        held = true;
        await released;
      })) !== null,
    300_000,
    'the lock of the project',
  );
  await until(() => held, 60_000, 'the lock of the project');
  return async () => {
    gate.abort();
    await holding;
    redis.disconnect();
  };
}
