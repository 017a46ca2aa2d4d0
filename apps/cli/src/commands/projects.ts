import type { CreateProjectBody, Project, ProjectSettings } from '@ids/contracts';
import { resolve } from 'node:path';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { table } from '../render/table.js';
import { cleanLine } from '../render/text.js';

export interface AddOptions extends ProjectSettings {
  readonly description?: string;
}

export async function addProject(
  context: Context,
  name: string,
  path: string,
  options: AddOptions,
): Promise<number> {
  const { types, lint, tests, approval, description } = options;
  const given = Object.entries({ types, lint, tests, approval }).filter(([, value]) => value !== undefined);
  const body: CreateProjectBody = {
    name,
    path: resolve(context.io.cwd, path),
    ...(description === undefined ? {} : { description }),
    ...(given.length === 0 ? {} : { settings: Object.fromEntries(given) }),
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
