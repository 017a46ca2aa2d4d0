import { resolve } from 'node:path';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { there, type CheckResult } from '../doctor/check-result.js';
import { checkGateway, checkModel, checkRedis } from '../doctor/checks.js';
import { checkMachinePython, checkProjectPython } from '../doctor/python-checks.js';
import type { Style } from '../render/style.js';
import { cleanLine, padEnd, wrap } from '../render/text.js';

export interface DoctorOptions {
  /** A folder on this machine. */
  readonly project?: string;
  /** As a project's setting would name it. */
  readonly python?: string;
}

const NAME_CELLS = 12;

/** Looks at this machine, at the gateway and at a project; exit code 0 if all that is required is there. */
export async function doctor(context: Context, options: DoctorOptions = {}): Promise<number> {
  const root = options.project === undefined ? undefined : resolve(context.io.cwd, options.project);
  const project = root === undefined ? undefined : await checkProjectPython(root, options.python);
  const checks = await checkMachine(context);
  const missing = [...checks, ...(project ?? [])].filter((result) => result.state === 'missing');
  const verdict =
    missing.length === 0
      ? 'All that is required is there.'
      : `Missing: ${[...new Set(missing.map((result) => result.name))].join(', ')}`;
  const style = context.out;
  const shown = (results: readonly CheckResult[]): string[] =>
    results.flatMap((result) => lines(result, style));
  context.result(
    {
      ok: missing.length === 0,
      checks,
      ...(project === undefined ? {} : { project: { path: root, checks: project } }),
    },
    [
      ...shown(checks),
      ...(project === undefined
        ? []
        : ['', ...wrap(`The project in ${cleanLine(root ?? '')}`, style.width), ...shown(project), '']),
      verdict,
    ],
  );
  return missing.length === 0 ? EXIT.done : EXIT.failed;
}

async function checkMachine({ client }: Context): Promise<CheckResult[]> {
  const [redis, python, model, gateway] = await Promise.all([
    checkRedis(),
    checkMachinePython(),
    checkModel(),
    checkGateway(client),
  ]);
  return [there('Node.js', process.versions.node), redis, ...python, model, gateway];
}

function lines(result: CheckResult, style: Style): string[] {
  const { green, yellow, red, dim } = style.colors;
  const mark = { there: green('✓'), optional: yellow('–'), missing: red('✗') }[result.state];
  const indent = ' '.repeat(NAME_CELLS + 3);
  const where = result.where === undefined ? '' : ` (${result.where})`;
  const whole = wrap(cleanLine(result.found + where), style.width, indent);
  // A place that does not fit beside the rest stands below it, where it can be copied.
  const beside = whole.length === 1 || where === '';
  const [first = '', ...rest] = beside ? whole : wrap(cleanLine(result.found), style.width, indent);
  const below = [beside ? undefined : result.where, result.advice].flatMap((text) =>
    text === undefined ? [] : wrap(cleanLine(text), style.width, indent),
  );
  return [
    `${mark} ${padEnd(result.name, NAME_CELLS)} ${first.trimStart()}`,
    ...rest,
    ...below.map((line) => dim(line)),
  ];
}
