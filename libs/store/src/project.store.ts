import { projectSchema, type CreateProjectBody, type Project, type UpdateProjectBody } from '@ids/contracts';
import { IdsError, isoTime, systemClock, type Clock } from '@ids/kernel';
import { keys } from './keys.js';
import { loadScript, type Redis } from './redis.js';

const scripts = { write: loadScript('project-write') };

/** The registered projects: a name for a folder, with settings. Never touches the folder itself. */
export class ProjectStore {
  constructor(
    private readonly redis: Redis,
    private readonly clock: Clock = systemClock,
  ) {}

  /**
   * Registers a folder; `path` is already checked and resolved.
   * @throws IdsError `project_exists`
   */
  async create(body: CreateProjectBody, path: string): Promise<Project> {
    const now = isoTime(this.clock.now());
    const project: Project = {
      name: body.name,
      path,
      description: body.description ?? '',
      settings: body.settings ?? {},
      createdAt: now,
      updatedAt: now,
    };
    const made = await this.redis.hsetnx(keys.projects, body.name, jsonOf(project));
    if (made === 0) throw new IdsError('project_exists', { project: body.name });
    return project;
  }

  async find(name: string): Promise<Project | null> {
    const text = await this.redis.hget(keys.projects, name);
    return text === null ? null : projectSchema.parse(JSON.parse(text));
  }

  /** @throws IdsError `project_not_found` */
  async get(name: string): Promise<Project> {
    const project = await this.find(name);
    if (project === null) throw new IdsError('project_not_found', { project: name });
    return project;
  }

  async list(): Promise<Project[]> {
    const all = await this.redis.hgetall(keys.projects);
    return Object.values(all)
      .map((text) => projectSchema.parse(JSON.parse(text)))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Changes what the body names; settings are replaced whole. */
  async update(name: string, body: UpdateProjectBody): Promise<Project> {
    const written = await this.write(name, ({ closedBy, ...project }) => ({
      ...project,
      ...(body.description === undefined ? {} : { description: body.description }),
      ...(body.settings === undefined ? {} : { settings: body.settings }),
      ...(body.closed === false || closedBy === undefined ? {} : { closedBy }),
    }));
    if (written === null) throw new IdsError('project_not_found', { project: name });
    return written;
  }

  /** Closes a project to changes after a rollback that failed, until a person opens it again. */
  async close(name: string, sessionId: string): Promise<void> {
    await this.write(name, (project) => ({ ...project, closedBy: project.closedBy ?? sessionId }));
  }

  /** Reads and changes until nobody else writes between, so that no change of another is undone; null if it is gone. */
  private async write(name: string, change: (project: Project) => Project): Promise<Project | null> {
    for (;;) {
      const before = await this.redis.hget(keys.projects, name);
      if (before === null) return null;
      const changed = change(projectSchema.parse(JSON.parse(before)));
      const updated = { ...changed, updatedAt: isoTime(this.clock.now()) };
      const done = await scripts.write.run(this.redis, [keys.projects], [name, before, jsonOf(updated)]);
      if (done === 1) return updated;
    }
  }

  /** @throws IdsError `project_not_found` or, with open sessions, `project_busy`. Files stay as they are. */
  async remove(name: string): Promise<void> {
    await this.get(name);
    const open = await this.redis.smembers(keys.unfinished(name));
    if (open.length > 0) throw new IdsError('project_busy', { sessions: open });
    await this.redis.hdel(keys.projects, name);
    await this.redis.del(keys.sessionsOfProject(name));
  }
}

/** JSON that scripts can read, too: they refuse half of a pair of surrogates, which becomes a replacement character. */
function jsonOf(project: Project): string {
  return JSON.stringify(project, (_name, value: unknown) =>
    typeof value === 'string' ? Buffer.from(value).toString() : value,
  );
}
