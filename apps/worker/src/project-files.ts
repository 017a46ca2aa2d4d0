import { realpath } from 'node:fs/promises';
import type { Project, ValidationSettings } from '@ids/contracts';
import type { PipelineSettings } from '@ids/config';
import type { ProjectReader } from '@ids/generation';
import { IdsError } from '@ids/kernel';
import type { PythonService } from '@ids/python';
import type { ProjectStore } from '@ids/store';
import { resolveProjectFolder, Workspace } from '@ids/workspace';

export interface OpenProject {
  readonly project: Project;
  readonly workspace: Workspace;
  readonly settings: ValidationSettings;
}

/** Opens the folders of projects, checked anew each time: they may have moved or become links since. */
export class ProjectFiles {
  constructor(
    private readonly projects: ProjectStore,
    private readonly python: PythonService,
    private readonly root: string,
    private readonly pipeline: PipelineSettings,
  ) {}

  /** @throws IdsError `project_not_found`, `project_vanished`, `path_not_allowed` */
  async open(name: string): Promise<OpenProject> {
    const project = await this.projects.get(name);
    const workspace = new Workspace(project.path, { maxFileBytes: this.pipeline.maxFileBytes });
    await workspace.ensurePresent();
    await resolveProjectFolder(this.root, project.path);
    if ((await realpath(project.path)) !== project.path) {
      throw new IdsError('path_not_allowed', { path: project.path, reason: 'it has become a link' });
    }
    return { project, workspace, settings: this.settingsOf(project) };
  }

  private settingsOf({ settings }: Project): ValidationSettings {
    const { types, lint, tests } = this.pipeline.layers;
    return {
      ...settings,
      types: settings.types ?? types,
      lint: settings.lint ?? lint,
      tests: settings.tests ?? tests,
    };
  }

  /** What prompts are made of. */
  reader({ project, workspace }: OpenProject): ProjectReader {
    return {
      read: (path) => workspace.read(path),
      list: async (limit) => {
        const { files, truncated } = await workspace.list(limit);
        return { files: [...files], truncated };
      },
      survey: (paths) => this.python.survey(project.path, paths, { wanted: project.settings.python }),
    };
  }
}
