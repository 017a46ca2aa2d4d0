import { Queue, Worker } from 'bullmq';
import type { Pipeline } from './pipeline.js';

/** What BullMQ alone can do: a chain of jobs through as many queues, with no record, no outbox and no undo. */
export async function bareChain(redisUrl: string, concurrency: number, hops: number): Promise<Pipeline> {
  const connection = { url: redisUrl };
  let ended = 0;
  let started = 0;
  const queues = Array.from({ length: hops }, (_, index) => new Queue(`bare-${index}`, { connection }));
  const add = async (hop: number, id: string): Promise<void> => {
    await queues[hop]?.add(
      'step',
      { id },
      { jobId: `job-${hop}-${id}`, removeOnComplete: { age: 3_600, count: 2_000 } },
    );
  };
  const workers = queues.map(
    (queue, hop) =>
      new Worker<{ id: string }>(
        queue.name,
        async (job) => {
          if (hop + 1 < hops) await add(hop + 1, job.data.id);
          else ended += 1;
        },
        { connection, concurrency },
      ),
  );
  await Promise.all([...queues, ...workers].map((each) => each.waitUntilReady()));
  return {
    start: () => add(0, String((started += 1))),
    ended: () => ended,
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}
