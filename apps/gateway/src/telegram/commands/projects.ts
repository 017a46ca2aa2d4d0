import { createProjectBodySchema, type Project } from '@ids/contracts';
import { IdsError } from '@ids/kernel';
import type { Letter } from '../delivery/letters.js';
import type { Origin } from '../place.js';
import { projectInfo, projectList } from '../text/projects.js';
import { code, own, type Part } from '../text/rich-text.js';
import { placeWord } from '../text/words-of-places.js';
import { isAtLeast } from './catalog.js';
import { noProjects, projectButtons, type CurrentProject } from './current-project.js';
import type { CommandParts } from './parts.js';
import { Refusal, type Handler } from './refusal.js';

/** What registers, shows, chooses and forgets projects. Their files are never touched. */
export class ProjectCommands {
  constructor(
    private readonly parts: CommandParts,
    private readonly current: CurrentProject,
  ) {}

  readonly register_project: Handler = async ({ origin, rest }) => {
    const [, name = '', path = ''] = /^(\S+)\s+(\S[\s\S]*)$/.exec(rest) ?? [];
    const body = createProjectBodySchema.safeParse({ name, path });
    if (!body.success) throw await this.registerExample(name);
    const project = await this.registered(body.data);
    const chosen = await this.current.chosen(origin.place);
    if (chosen === null) await this.current.choose(origin.place, project);
    const worksOnIt = chosen === null || chosen.name === project.name;
    await this.answer(origin, [
      own('✅ '),
      code(project.name),
      own(' is registered: '),
      code(project.path),
      own(worksOnIt ? `\nThis ${placeWord(origin.place)} works on it. Begin with ` : '\nTo work on it: '),
      worksOnIt ? own('/ask What does this project do?', 'code') : code(`/project ${project.name}`),
    ]);
  };

  /** The same folder under the same name again is no conflict: an update may be handled twice. */
  private async registered(body: { name: string; path: string }): Promise<Project> {
    const { registry, projects } = this.parts;
    try {
      return await registry.register(body);
    } catch (error) {
      if (!(error instanceof IdsError) || error.code !== 'project_exists') throw error;
      const existing = await projects.find(body.name);
      if (existing === null || existing.path !== (await registry.folder(body.path))) throw error;
      return existing;
    }
  }

  private async registerExample(name: string): Promise<Refusal> {
    const folder = await this.parts.registry.freeFolder();
    const example =
      folder === undefined ? '/register_project NAME PATH' : `/register_project ${folder} ${folder}`;
    return new Refusal([
      ...(name === '' || createProjectBodySchema.shape.name.safeParse(name).success
        ? []
        : [own('A name has letters, digits, dots, dashes and underscores, 64 at most. ')]),
      own('Give a name, and a folder below the root of the projects, for example\n'),
      code(example),
    ]);
  }

  readonly project: Handler = async ({ origin, rest }) => {
    const { projects, letters } = this.parts;
    if (rest === '') {
      await letters.answer(origin, 'answer', await this.panel(origin, ''));
      return;
    }
    if (!isAtLeast(origin.asker.role, 'user'))
      throw new Refusal([
        own('You may look only. What a project is: '),
        code(`/project_info ${rest}`.slice(0, 90)),
      ]);
    await this.current.choose(origin.place, await projects.get(rest));
    await letters.answer(origin, 'answer', { parts: await this.chosenParts(origin) });
  };

  /** What a chat works on, with buttons to change that. */
  private async panel(origin: Origin, mark: string): Promise<Letter> {
    const all = await this.parts.projects.list();
    if (all.length === 0) throw noProjects(origin);
    const chosen = await this.current.chosen(origin.place);
    const mayChoose = isAtLeast(origin.asker.role, 'user');
    return {
      parts: [own(mark), ...(await this.chosenParts(origin))],
      buttons: mayChoose ? projectButtons(all, chosen?.name) : [],
    };
  }

  private async chosenParts({ place }: Origin): Promise<Part[]> {
    const chosen = await this.current.chosen(place);
    if (chosen === null) return [own(`No project is chosen in this ${placeWord(place)} yet.`)];
    return [own(`This ${placeWord(place)} works on `), code(chosen.name), own('.')];
  }

  /** A press chose a project. @throws IdsError `project_not_found` */
  async use(origin: Origin, name: string): Promise<void> {
    await this.current.choose(origin.place, await this.parts.projects.get(name));
    await this.parts.letters.replace(origin, await this.panel(origin, '✅ '));
  }

  readonly list_projects: Handler = async ({ origin }) => {
    const all = await this.parts.projects.list();
    if (all.length === 0) throw noProjects(origin);
    const chosen = await this.current.chosen(origin.place);
    await this.answer(origin, projectList(all, chosen?.name, placeWord(origin.place)));
  };

  readonly project_info: Handler = async ({ origin, rest }) => {
    const project = await this.named(origin, rest);
    await this.answer(origin, projectInfo(project, this.parts.settings));
  };

  /** Asks first. */
  readonly delete_project: Handler = async ({ origin, rest }) => {
    const { name, path } = await this.named(origin, rest);
    const parts = [
      own('Forget '),
      code(name),
      own('?\nIts files in '),
      code(path),
      own(' stay as they are, backups too. Its history is not shown any more.'),
    ];
    const buttons = [
      [
        { text: 'Forget it', press: { does: 'delete-project', project: name } },
        { text: 'Keep it', press: { does: 'keep-project', project: name } },
      ],
    ] as const;
    await this.parts.letters.answer(origin, 'answer', { parts, buttons });
  };

  /** A press said so; what is gone already is gone. @throws IdsError `project_busy` */
  async remove(origin: Origin, name: string): Promise<void> {
    const { projects, letters } = this.parts;
    if ((await projects.find(name)) !== null) await projects.remove(name);
    await letters.replace(origin, {
      parts: [code(name), own(' is no longer registered. Its files stay as they are.')],
    });
  }

  async keep(origin: Origin, name: string): Promise<void> {
    await this.parts.letters.replace(origin, { parts: [code(name), own(' stays registered.')] });
  }

  private async named(origin: Origin, name: string): Promise<Project> {
    return name === '' ? await this.current.needed(origin) : await this.parts.projects.get(name);
  }

  private async answer(origin: Origin, parts: readonly Part[]): Promise<void> {
    await this.parts.letters.answer(origin, 'answer', { parts });
  }
}
