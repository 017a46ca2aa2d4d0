import type { CreateProjectBody, Project, UpdateProjectBody } from '@ids/contracts';
import { resolve } from 'node:path';
import { UsageError, type Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { settingsOf, type SettingOptions } from '../project-options.js';
import { table } from '../render/table.js';
import { cleanLine } from '../render/text.js';

export interface AddOptions extends SettingOptions {
  readonly description?: string;
}

export interface SetOptions extends AddOptions {
  /** Names of settings that are to be what they are without being set. */
  readonly unset?: readonly string[];
}

export async function addProject(
  context: Context,
  name: string,
  path: string,
  options: AddOptions,
): Promise<number> {
  const { description } = options;
  const settings = settingsOf(options);
  const body: CreateProjectBody = {
    name,
    path: resolve(context.io.cwd, path),
    ...(description === undefined ? {} : { description }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
  const project = await context.client.addProject(body);
  context.result(project, [`${project.name} is registered: ${cleanLine(project.path)}`]);
  return EXIT.done;
}

export async function listProjects(context: Context): Promise<number> {
  const projects = await context.client.projects();
  const columns = [{ title: 'project' }, { title: 'path', flexible: true }, { title: 'state' }];
  const rows = projects.map((project) => [project.name, cleanLine(project.path), stateOf(project)]);
  const lines =
    rows.length === 0
      ? ['No projects; register one with: ids projects add NAME PATH']
      : table(columns, rows, context.out.width);
  context.result(projects, lines);
  return EXIT.done;
}

function stateOf(project: Project): string {
  return project.closedBy === undefined ? 'open' : 'closed';
}

/** Changes what the options name; other settings, and severities of other codes, stay as they are. */
export async function setProject(context: Context, name: string, options: SetOptions): Promise<number> {
  const { description, unset = [] } = options;
  const given = settingsOf(options);
  if (description === undefined && unset.length === 0 && Object.keys(given).length === 0) {
    throw new UsageError('Say what to change; ids projects set --help lists the settings.');
  }
  const { settings: before } = await context.client.project(name);
  const kept = Object.fromEntries(Object.entries(before).filter(([key]) => !unset.includes(key)));
  const severities = { ...(unset.includes('severities') ? {} : before.severities), ...given.severities };
  const body: UpdateProjectBody = {
    ...(description === undefined ? {} : { description }),
    settings: { ...kept, ...given, ...(Object.keys(severities).length === 0 ? {} : { severities }) },
  };
  const project = await context.client.updateProject(name, body);
  const lines = Object.entries(project.settings).map(
    ([key, value]) => `  ${key}: ${cleanLine(JSON.stringify(value))}`,
  );
  context.result(project, [
    `${project.name} has ${lines.length === 0 ? 'no settings of its own' : 'these settings:'}`,
    ...lines,
  ]);
  return EXIT.done;
}

export async function removeProject(context: Context, name: string): Promise<number> {
  await context.client.removeProject(name);
  context.result({ removed: name }, [`${name} is no longer registered; its files stay as they are.`]);
  return EXIT.done;
}

/** Opens a project again that a failed rollback closed. */
export async function reopenProject(context: Context, name: string): Promise<number> {
  const project = await context.client.updateProject(name, { closed: false });
  context.result(project, [`${project.name} takes changes again.`]);
  return EXIT.done;
}
