import type { Project, ValidateAnswer, ValidateBody } from '@ids/contracts';
import { realpathSync } from 'node:fs';
import { basename, isAbsolute, relative, sep } from 'node:path';
import { UsageError, type Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { renderValidation } from '../render/findings.js';
import { renderGithub } from '../render/github.js';
import { jsonText } from '../render/json.js';
import { sarifOf } from '../render/sarif.js';
import { cleanLine } from '../render/text.js';
import { whileWaiting } from '../waiting.js';

export const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
export type Format = (typeof FORMATS)[number];

export interface ValidateOptions {
  /** Judge what is staged against HEAD. */
  readonly staged?: boolean;
  /** Judge the working tree against HEAD. */
  readonly head?: boolean;
  readonly format?: Format;
  /** Warnings end with 1 too. */
  readonly strict?: boolean;
}

/** What git calls an index of its own making in the git directory. */
const INDEX = /^(?:index|index\.lock|next-index-\d+\.lock)$/;

/** Validates files, what differs from HEAD, or the latest session's changes; prints the verdict in a format. */
export async function validate(
  context: Context,
  paths: readonly string[],
  options: ValidateOptions,
): Promise<number> {
  const body = await bodyOf(context, paths, options);
  const answer = await whileWaiting(context.client.validate(body.request), (seconds) =>
    context.progress([`Validating ${cleanLine(body.project.name)} … ${seconds} s`]),
  );
  print(context, body.project, answer, options);
  const warned = answer.layers.some(({ status }) => status === 'warnings');
  return answer.passed && !(warned && options.strict === true) ? EXIT.done : EXIT.failed;
}

async function bodyOf(
  context: Context,
  paths: readonly string[],
  { staged, head }: ValidateOptions,
): Promise<{ project: Project; request: ValidateBody }> {
  const index = staged === true ? indexOfHook(context) : undefined;
  const project = await context.project();
  const request: ValidateBody = {
    project: project.name,
    ...(paths.length === 0 ? {} : { paths: paths.map((path) => context.pathIn(project, path)) }),
    ...(staged === true ? { against: 'staged' as const } : {}),
    ...(head === true ? { against: 'head' as const } : {}),
    ...(index === undefined ? {} : { index }),
  };
  return { project, request };
}

/** `git commit -a` and `git commit PATH` give their hooks another index than the usual one. */
function indexOfHook({ io }: Context): string | undefined {
  const file = io.settings.gitIndexFile;
  if (file === undefined) return undefined;
  const name = basename(file);
  if (!INDEX.test(name)) {
    throw new UsageError('GIT_INDEX_FILE names an index that is not one of the git directory; unset it.');
  }
  return name === 'index' ? undefined : name;
}

function print(context: Context, project: Project, answer: ValidateAnswer, options: ValidateOptions): void {
  const strict = options.strict === true;
  const write = (text: string): unknown => context.io.stdout.write(text);
  switch (options.format ?? (context.json ? 'json' : 'text')) {
    case 'json':
      return void write(`${jsonText(answer)}\n`);
    case 'sarif': {
      const place = { project: project.name, prefix: prefixOf(context, project) };
      return void write(`${jsonText(sarifOf(answer, place))}\n`);
    }
    case 'github':
      return void write(
        renderGithub(answer, prefixOf(context, project), { strict })
          .map((line) => `${line}\n`)
          .join(''),
      );
    default:
      context.result(answer, renderValidation(answer, context.out, { strict }));
  }
}

/** Where the project lies below the working folder: pipelines run at the top of a repository and want its paths. */
function prefixOf({ io }: Context, project: Project): string {
  const way = relative(realpathSync(io.cwd), project.path);
  const below = way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  return below ? way.split(sep).join('/') : '';
}
