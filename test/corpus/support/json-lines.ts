import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { PLAIN, plainOptions } from './standard-library.js';

/**
 * Asks a Python script line by line and yields its answers, one JSON value a line.
 * @throws if the script ends badly, or gives another number of answers than `expected`
 */
export async function* askScript(
  executable: string,
  script: readonly string[],
  questions: readonly string[],
  expected = questions.length,
): AsyncGenerator {
  const child = execa(executable, [...PLAIN, ...script], {
    ...plainOptions(),
    input: questions.map((question) => `${question}\n`).join(''),
    buffer: { stdout: false, stderr: true },
    reject: false,
  });
  let answers = 0;
  let complete = false;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      answers += 1;
      yield JSON.parse(line);
    }
    complete = true;
  } finally {
    if (!complete) child.kill();
  }
  const { failed, shortMessage, stderr } = await child;
  if (failed) throw new Error(`${shortMessage}\n${stderr}`);
  if (answers !== expected) throw new Error(`${script[0]} gave ${answers} answers instead of ${expected}`);
}

/** Works on what a source yields, at most `width` at a time. @throws the first error, once all have ended */
export async function eachOf<T>(
  source: AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  for await (const item of source) {
    const one: Promise<void> = work(item)
      .catch((error: unknown) => void errors.push(error))
      .finally(() => running.delete(one));
    running.add(one);
    if (running.size >= width) await Promise.race(running);
    if (errors.length > 0) break;
  }
  await Promise.all(running);
  if (errors.length > 0) throw errors[0];
}
