import { opendir } from 'node:fs/promises';
import type { GatewaySettings } from '@ids/config';
import type { CreateProjectBody, Project } from '@ids/contracts';
import type { ProjectStore } from '@ids/store';
import { resolveProjectFolder } from '@ids/workspace';

/** How many entries of the root are looked at for a folder to suggest. */
const MOST_ENTRIES = 1_000;

/** Registers folders below IDS_PROJECTS_ROOT, from every way in. */
export class ProjectRegistry {
  constructor(
    private readonly projects: ProjectStore,
    private readonly settings: Pick<GatewaySettings, 'projectsRoot'>,
  ) {}

  /** A relative path is one below the root. @throws IdsError `path_not_allowed`, `not_a_directory`, `project_exists` */
  async register(body: CreateProjectBody): Promise<Project> {
    return await this.projects.create(body, await this.folder(body.path));
  }

  /** The folder that a path names, with links resolved. @throws IdsError `path_not_allowed`, `not_a_directory` */
  async folder(path: string): Promise<string> {
    return await resolveProjectFolder(this.settings.projectsRoot, path);
  }

  /** The name of a folder right below the root that could be registered; undefined if none is seen. */
  async freeFolder(): Promise<string | undefined> {
    const taken = new Set((await this.projects.list()).map(({ path }) => path));
    // Where there is no root there is nothing to suggest.
    const entries = await opendir(this.settings.projectsRoot).catch(() => []);
    let left = MOST_ENTRIES;
    for await (const entry of entries) {
      if (left-- === 0) return undefined;
      if (!entry.isDirectory() || !/^[\w-][\w.-]*$/.test(entry.name)) continue;
      // A folder that may not be registered is none to suggest.
      const path = await this.folder(entry.name).catch(() => undefined);
      if (path !== undefined && !taken.has(path)) return entry.name;
    }
    return undefined;
  }
}
