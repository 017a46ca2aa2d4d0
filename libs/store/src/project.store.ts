import { projectSchema, type CreateProjectBody, type Project, type UpdateProjectBody } from '@ids/contracts';
import { IdsError, isoTime, systemClock, type Clock } from '@ids/kernel';
import { keys } from './keys.js';
import type { Redis } from './redis.js';

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
    const made = await this.redis.hsetnx(keys.projects, body.name, JSON.stringify(project));
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
    const { closedBy, ...project } = await this.get(name);
    return this.write({
      ...project,
      ...(body.description === undefined ? {} : { description: body.description }),
      ...(body.settings === undefined ? {} : { settings: body.settings }),
      ...(body.closed === false || closedBy === undefined ? {} : { closedBy }),
    });
  }

  /** Closes a project to changes after a rollback that failed, until a person opens it again. */
  async close(name: string, sessionId: string): Promise<void> {
    const project = await this.find(name);
    if (project !== null && project.closedBy === undefined)
      await this.write({ ...project, closedBy: sessionId });
  }

  private async write(project: Project): Promise<Project> {
    const updated = { ...project, updatedAt: isoTime(this.clock.now()) };
    await this.redis.hset(keys.projects, project.name, JSON.stringify(updated));
    return updated;
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
