import {
  createProjectBodySchema,
  updateProjectBodySchema,
  type CreateProjectBody,
  type Project,
  type ProjectList,
  type UpdateProjectBody,
} from '@ids/contracts';
import { ProjectStore } from '@ids/store';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Answers, Problems } from './docs/answers.js';
import { ProjectRegistry } from './operations/project-registry.js';

@ApiTags('projects')
@Controller('v1/projects')
export class ProjectsController {
  constructor(
    private readonly projects: ProjectStore,
    private readonly registry: ProjectRegistry,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Register a folder below IDS_PROJECTS_ROOT under a name' })
  @Answers(201, 'Project')
  @Problems('project_exists', 'path_not_allowed', 'not_a_directory')
  async create(
    @Body({ schema: createProjectBodySchema }) body: CreateProjectBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Project> {
    const project = await this.registry.register(body);
    response.location(`/v1/projects/${project.name}`);
    return project;
  }

  @Get()
  @ApiOperation({ summary: 'All projects, by name' })
  @Answers(200, 'ProjectList')
  async list(): Promise<ProjectList> {
    return { projects: await this.projects.list() };
  }

  @Get(':name')
  @ApiOperation({ summary: 'One project' })
  @Answers(200, 'Project')
  @Problems('project_not_found')
  get(@Param('name') name: string): Promise<Project> {
    return this.projects.get(name);
  }

  @Patch(':name')
  @ApiOperation({
    summary: 'Change description or settings; `closed: false` reopens after a failed rollback',
  })
  @Answers(200, 'Project')
  @Problems('project_not_found')
  update(
    @Param('name') name: string,
    @Body({ schema: updateProjectBodySchema }) body: UpdateProjectBody,
  ): Promise<Project> {
    return this.projects.update(name, body);
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget a project; its files stay as they are' })
  @Answers(204)
  @Problems('project_not_found', 'project_busy')
  async remove(@Param('name') name: string): Promise<void> {
    await this.projects.remove(name);
  }
}
