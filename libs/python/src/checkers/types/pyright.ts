import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '@ids/kernel';
import { z } from 'zod';
import { parseJson } from '../../interpreter.js';
import { lastLine, runChild, type Ended } from './child.js';
import { locate } from './located.js';
import { matchesModule, moduleNames } from './module-names.js';
import { switchOf } from './mypy-config.js';
import { pyrightConfig, type PyrightConfig } from './pyright-config.js';
import { columnOfUnits, readPyrightOutput } from './pyright-output.js';
import type { TypeSettings } from './settings.js';
import { TYPE_LIMITS, type TypeAnswer, type TypeJob, type TypeLimits, type TypeTool } from './tool.js';

const packageSchema = z.object({ version: z.string() });
/** Its heap: a large project takes one to two gigabytes. */
const HEAP_MB = 3_072;

/**
 * The pyright that npm brings, under our own configuration. It starts no interpreter: the packages of the
 * environment are named by a folder of ours, and no Python is on its PATH.
 */
export class Pyright implements TypeTool {
  readonly name: string;

  constructor(
    private readonly script: string,
    version: string,
    private readonly limits: TypeLimits,
  ) {
    this.name = `pyright ${version}`;
  }

  /** Undefined if the package is not installed. */
  static async find(limits: TypeLimits = TYPE_LIMITS): Promise<Pyright | undefined> {
    try {
      const file = createRequire(import.meta.url).resolve('pyright/package.json');
      const { version } = packageSchema.parse(parseJson(await readFile(file, 'utf8')));
      return new Pyright(join(dirname(file), 'index.js'), version, limits);
    } catch (error) {
      if (systemCode(error) === 'MODULE_NOT_FOUND') return undefined;
      throw error;
    }
  }

  async run(job: TypeJob): Promise<TypeAnswer> {
    const environment = await makeEnvironment(job);
    const config = pyrightConfig(job.settings, {
      tree: basename(job.tree),
      paths: job.paths,
      roots: job.settings.roots,
      pythonVersion: minorOf(job),
      environment: [job.folder, basename(environment)],
    });
    const file = join(job.folder, 'pyright.json');
    await writeFile(file, JSON.stringify(config.options));
    const ended = await runChild(
      [process.execPath, `--max-old-space-size=${HEAP_MB}`, this.script, '-p', file, '--outputjson'],
      {
        cwd: job.folder,
        // A folder without programs.
        env: { PATH: environment },
        limits: this.limits,
        signal: job.signal,
      },
    );
    return await this.answerOf(job, config, ended);
  }

  private async answerOf(job: TypeJob, config: PyrightConfig, ended: Ended): Promise<TypeAnswer> {
    const failed = (reason: string): TypeAnswer => ({ failed: `${this.name} failed: ${reason}` });
    if (ended.stopped !== undefined) return failed(ended.stopped);
    const output = readPyrightOutput(ended.stdout, job.tree);
    if (output === undefined || (ended.exitCode !== 0 && ended.exitCode !== 1)) {
      return failed(lastLine(ended).replaceAll(`${job.tree}/`, ''));
    }
    // Files in hidden folders, node_modules and __pycache__ it leaves out without a word.
    if (output.files < job.paths.length) {
      return failed(`it looked at ${output.files} of ${job.paths.length} files`);
    }
    const paths = new Set(output.findings.map(({ path }) => path));
    const ignored = new Set([...paths].filter((path) => isIgnored(path, job.settings)));
    const wanted = output.findings.filter(({ path }) => !ignored.has(path));
    return {
      located: await locate(job.tree, wanted, columnOfUnits),
      notes: notesOf(job.settings, config),
    };
  }
}

/** An environment that names the packages' folders in a .pth file: pyright reads it and asks no interpreter. */
async function makeEnvironment(job: TypeJob): Promise<string> {
  const folder = join(job.folder, 'site-environment');
  const site = join(folder, 'lib', `python${minorOf(job)}`, 'site-packages');
  await mkdir(site, { recursive: true });
  await writeFile(join(site, 'ids.pth'), job.python.sitePackages.map((path) => `${path}\n`).join(''));
  return folder;
}

/** Modules whose errors the project's settings of mypy ignore, where it has none of pyright. */
function isIgnored(path: string, { mypy, pyright, roots }: TypeSettings): boolean {
  if (mypy === null || pyright !== null) return false;
  if (switchOf(mypy.options, 'ignore_errors') === true) return true;
  const names = moduleNames(path, roots);
  return mypy.modules.some(
    ({ patterns, options }) =>
      switchOf(options, 'ignore_errors') === true &&
      patterns.some((pattern) => names.some((name) => matchesModule(pattern, name))),
  );
}

function notesOf({ pyright }: TypeSettings, config: PyrightConfig): string[] {
  if (pyright === null) return [];
  if (pyright.broken !== null) {
    return [`${pyright.source} could not be read (${pyright.broken}); pyright's defaults hold`];
  }
  return config.refused.length === 0
    ? []
    : [`not taken from ${pyright.source}: ${config.refused.join(', ')}`];
}

function minorOf({ python }: TypeJob): string {
  return python.interpreter.version.split('.').slice(0, 2).join('.');
}
