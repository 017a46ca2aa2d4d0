import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { CHECKS, type CheckResult } from '../doctor/checks.js';
import type { Style } from '../render/style.js';
import { cleanLine, padEnd, wrap } from '../render/text.js';

/** Looks at this machine and at the gateway; exit code 0 if all that is required is there. */
export async function doctor(context: Context): Promise<number> {
  const results = await Promise.all(CHECKS.map((check) => check(context.client)));
  const missing = results.filter((result) => result.state === 'missing');
  const verdict =
    missing.length === 0
      ? 'All that is required is there.'
      : `Missing: ${missing.map((result) => result.name).join(', ')}`;
  context.result({ ok: missing.length === 0, checks: results }, [
    ...results.flatMap((result) => lines(result, context.out)),
    verdict,
  ]);
  return missing.length === 0 ? EXIT.done : EXIT.failed;
}

function lines(result: CheckResult, style: Style): string[] {
  const { green, yellow, red, dim } = style.colors;
  const mark = { there: green('✓'), optional: yellow('–'), missing: red('✗') }[result.state];
  return [
    `${mark} ${padEnd(result.name, 12)} ${cleanLine(result.found)}`,
    ...(result.advice === undefined ? [] : wrap(result.advice, style.width, ' '.repeat(15)).map(dim)),
  ];
}
