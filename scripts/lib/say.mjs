/** A reason not to go on, in a sentence for the person. */
export class Refusal extends Error {}

/** A line for the person, on stderr: results alone go to stdout. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Says what is being done and, when it took more than two seconds, how long. */
export async function step(text, work) {
  say(`${text} …`);
  const start = Date.now();
  const result = await work();
  const seconds = (Date.now() - start) / 1_000;
  if (seconds > 2) say(`  done in ${seconds.toFixed(1)} s`);
  return result;
}
