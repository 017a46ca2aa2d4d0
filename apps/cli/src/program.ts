import { approvalSchema, SESSION_STATUSES } from '@ids/contracts';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { DoctorOptions } from './commands/doctor.js';
import { APPROVE, CANCEL, FIX, guideWith, intervene, ROLL_BACK } from './commands/intervene.js';
import { analyze, listSessions, showDiff, showStatus } from './commands/look.js';
import {
  addProject,
  listProjects,
  removeProject,
  reopenProject,
  setProject,
  type AddOptions,
  type SetOptions,
} from './commands/projects.js';
import { runTask, type TaskOptions } from './commands/run-task.js';
import { FORMATS, validate, type ValidateOptions } from './commands/validate.js';
import { Context, type CommonOptions } from './context.js';
import type { Io } from './io.js';
import { SETTING_NAMES, settingOptions } from './project-options.js';

/** Runs one command with its context and takes its exit code. */
type Run = (options: CommonOptions, work: (context: Context) => Promise<number>) => Promise<void>;

const EPILOG = `
Exit codes: 0 done; 1 rolled back, cancelled, validation failed or refused; 2 usage;
3 the gateway cannot be reached; 4 waits for a person; 130 no longer following.
Results go to stdout, progress to stderr. Address and key: IDS_URL, IDS_API_KEY.
Without a session argument the latest one of the project is meant; without --project
the project that the working folder lies in, or the only one.`;

/** The command line of `ids`. */
export function buildProgram(io: Io, finish: (code: number) => void): Command {
  const run: Run = async (options, work) => finish(await work(new Context(io, options)));
  const program = new Command('ids')
    .description('Client of an IDS gateway: a parliament of model agents codes, validates and can undo.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .addHelpText('after', EPILOG);
  addTasks(program, run);
  addLooks(program, run);
  addInterventions(program, run);
  addProjects(program, run);
  addDoctor(program, run);
  return program;
}

function addDoctor(program: Command, run: Run): void {
  common(program.command('doctor'), '--project <path>', 'a folder on this machine, to see what judges it')
    .description('look whether this machine has what IDS needs, and which tools judge')
    .option('--python <which>', "with --project: the project's Python, a version or an environment's folder")
    .action((options: CommonOptions & DoctorOptions) =>
      run(options, async (context) => {
        // Loaded when it is asked for: it brings what the other commands do without.
        const { doctor } = await import('./commands/doctor.js');
        return await doctor(context, options);
      }),
    );
}

/** A command with the options that all have. */
function common(command: Command, project = '--project <name>', meaning = 'the project'): Command {
  return command
    .option('--json', 'the result as JSON on stdout')
    .option(project, meaning)
    .option('--url <url>', 'address of the gateway (IDS_URL)')
    .option('--key <key>', 'API key (better in IDS_API_KEY: options are seen by other users)');
}

function addTasks(program: Command, run: Run): void {
  const task = (kind: 'code' | 'ask', description: string): Command =>
    common(program.command(`${kind} <task>`))
      .description(description)
      .option('--file <paths...>', 'files that the task is about')
      .option('--rounds <number>', 'rounds of the parliament at most', positive)
      .option('--no-wait', 'print the session and do not follow it')
      .action((text: string, options: CommonOptions & TaskOptions) =>
        run(options, (context) => runTask(context, kind, text, options)),
      );
  task('code', 'change code: deliberate, write, validate, apply').addOption(
    new Option('--approval <when>', 'when to ask a person').choices(approvalSchema.options),
  );
  task('ask', 'ask the parliament a question about the project');
}

function addLooks(program: Command, run: Run): void {
  common(program.command('status [session]'))
    .description('a session from its task to its end')
    .action((id: string | undefined, options: CommonOptions) =>
      run(options, (context) => showStatus(context, id)),
    );
  common(program.command('sessions'))
    .description('sessions, newest first')
    .addOption(new Option('--status <status>', 'only in this status').choices(SESSION_STATUSES))
    .option('--limit <number>', 'at most so many', positive, 20)
    .action((options: CommonOptions & { status?: string; limit: number }) =>
      run(options, (context) => listSessions(context, options)),
    );
  common(program.command('diff [session]'))
    .description('the changes of a session; piped, git apply takes them')
    .action((id: string | undefined, options: CommonOptions) =>
      run(options, (context) => showDiff(context, id)),
    );
  common(program.command('analyze <path>'))
    .description('what a Python file or folder holds')
    .action((path: string, options: CommonOptions) => run(options, (context) => analyze(context, path)));
  addValidate(program, run);
}

function addValidate(program: Command, run: Run): void {
  const staged = new Option('--staged', 'what is staged, as a commit would hold it, against HEAD');
  const format = new Option('--format <format>', 'how the result is written (default: text)');
  common(program.command('validate [paths...]'))
    .description('validate files, what differs from git HEAD, or what the latest session changed')
    .addOption(staged.conflicts('head'))
    .option('--head', 'the working tree against HEAD; new findings only, as with --staged')
    .option('--strict', 'end with 1 on warnings too')
    .addOption(format.choices(FORMATS).conflicts('json'))
    .action((paths: string[], options: CommonOptions & ValidateOptions) =>
      run(options, (context) => validate(context, paths, options)),
    );
}

function addInterventions(program: Command, run: Run): void {
  const simple = { approve: APPROVE, fix: FIX, cancel: CANCEL, rollback: ROLL_BACK };
  const words = {
    approve: 'apply a change that waits for approval',
    fix: 'send a change that waits back to the coder, with its warnings',
    cancel: 'cancel a session; what it began is undone',
    rollback: 'undo an applied session',
  };
  type Options = CommonOptions & { wait: boolean };
  for (const name of ['approve', 'fix', 'cancel', 'rollback'] as const) {
    common(program.command(`${name} [session]`))
      .description(words[name])
      .option('--no-wait', 'do not follow what comes of it')
      .action((id: string | undefined, options: Options) =>
        run(options, (context) => intervene(context, simple[name], id, options.wait)),
      );
  }
  common(program.command('guide <text> [session]'))
    .description('guide a parliament that came to a dead end')
    .option('--no-wait', 'do not follow what comes of it')
    .action((text: string, id: string | undefined, options: Options) =>
      run(options, (context) => intervene(context, guideWith(text), id, options.wait)),
    );
}

function addProjects(program: Command, run: Run): void {
  const projects = program.command('projects').description('the registered projects');
  settingOptions(common(projects.command('add <name> <path>')))
    .description('register a folder of Python code under a name')
    .option('--description <text>')
    .action((name: string, path: string, options: CommonOptions & AddOptions) =>
      run(options, (context) => addProject(context, name, path, options)),
    );
  settingOptions(common(projects.command('set <name>')))
    .description('change settings of a project; what is not named stays')
    .option('--description <text>')
    .addOption(new Option('--unset <settings...>', 'back to what holds without them').choices(SETTING_NAMES))
    .action((name: string, options: CommonOptions & SetOptions) =>
      run(options, (context) => setProject(context, name, options)),
    );
  common(projects.command('list')).action((options: CommonOptions) => run(options, listProjects));
  common(projects.command('remove <name>'))
    .description('forget a project; its files stay as they are')
    .action((name: string, options: CommonOptions) =>
      run(options, (context) => removeProject(context, name)),
    );
  common(projects.command('reopen <name>'))
    .description('take changes again after a rollback that failed')
    .action((name: string, options: CommonOptions) =>
      run(options, (context) => reopenProject(context, name)),
    );
}

function positive(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
