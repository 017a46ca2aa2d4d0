import { connectRedis, withProjectLock } from '@ids/store';
import { until } from '@ids/testing';

/**
 * Takes the lock of a project as another writer would, so that applying and undoing wait. Gives the function that
 * lets them go.
 */
export async function holdProject(redisUrl: string, project: string): Promise<() => Promise<void>> {
  const redis = connectRedis(redisUrl, 'worker');
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
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
    release();
    await holding;
    redis.disconnect();
  };
}
