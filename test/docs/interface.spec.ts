import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { loadSettings } from '@ids/config';
import { createMetrics, silentLogger } from '@ids/observability';
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { Command } from 'commander';
import type { Io } from '../../apps/cli/src/io.js';
import { buildProgram } from '../../apps/cli/src/program.js';
import { GatewayModule } from '../../apps/gateway/src/gateway.module.js';
import type { Stores } from '../../apps/gateway/src/stores.js';
import { codeLines, firstColumn, pages, read, ROOT, section } from './documents.js';

const readme = read('README.md');
/** Served beside the controllers: the OpenAPI pages and the queue dashboard. */
const BESIDE = ['GET /docs', 'GET /docs-json', 'GET /admin/queues'];

function routesOfTheGateway(): string[] {
  const settings = loadSettings({ REDIS_URL: 'redis://127.0.0.1' });
  const parts = { settings, log: silentLogger, metrics: createMetrics('docs'), stores: {} as Stores };
  const { controllers = [] } = GatewayModule.with(parts);
  return [...controllers.flatMap(routesOf), ...BESIDE].sort();
}

function routesOf(controller: Type): string[] {
  const base: string = Reflect.getMetadata(PATH_METADATA, controller);
  const members = Object.getOwnPropertyDescriptors(controller.prototype);
  return Object.values(members).flatMap(({ value }) => {
    const method: RequestMethod | undefined =
      typeof value === 'function' ? Reflect.getMetadata(METHOD_METADATA, value) : undefined;
    if (method === undefined) return [];
    const path: string = Reflect.getMetadata(PATH_METADATA, value);
    const parts = `${base}/${path}`.split('/').filter((part) => part !== '');
    return [`${RequestMethod[method]} /${parts.join('/')}`];
  });
}

/** A route as it is declared, from one with a name or an id in the place of a parameter. */
function declared(route: string): string {
  return route
    .replace(/\/(sess_\S+|SESSION)(?=\/|$)/, '/:id')
    .replace(/\/projects\/(?!:)[^/]+$/, '/projects/:name');
}

function routesNamed(text: string): string[] {
  const found = text.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) \/[^\s`]*)[^`]*`/g);
  return [...new Set([...found].map(([, route = '']) => route.replace(/\?.*$/, '')))].sort();
}

const program = buildProgram({} as Io, () => undefined);

/** `code`, `projects add`, …: each command that does something, by its words. */
function commandsOf(command: Command, words: readonly string[] = []): Map<string, Command> {
  const all = command.commands.filter((sub) => sub.name() !== 'help');
  if (all.length === 0) return new Map([[words.join(' '), command]]);
  return new Map(all.flatMap((sub) => [...commandsOf(sub, [...words, sub.name()])]));
}
const commands = commandsOf(program);

/** What is wrong with a command line as it stands in a page; undefined if it could be typed. */
function wrongWith(line: string): string | undefined {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).slice(line.startsWith('npx ') ? 2 : 1);
  if (words[0] === '--help') return undefined;
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((each) => commands.has(each));
  if (name === undefined) return `${line}: there is no such command`;
  const known = commands.get(name)?.options.flatMap(({ long, short }) => [long, short]) ?? [];
  const unknown = words.filter((word) => word.startsWith('-') && !known.includes(word));
  return unknown.length === 0 ? undefined : `${line}: there is no option ${unknown.join(', ')}`;
}

describe('the HTTP interface in the documentation', () => {
  it.each([
    ['README.md', '## HTTP'],
    ['docs/http.md', '## Routes'],
  ])('%s lists each route, and no other', (page, heading) => {
    expect(routesNamed(section(read(page), heading))).toEqual(routesOfTheGateway());
  });

  it.each(pages())('%s names only routes that there are', (page) => {
    const routes = routesOfTheGateway();
    expect(routesNamed(read(page)).filter((route) => !routes.includes(declared(route)))).toEqual([]);
  });
});

describe('the commands in the documentation', () => {
  it('README has a row for each command of ids, and for no other', () => {
    const rows = firstColumn(section(readme, '## Command line')).filter((text) => text.startsWith('ids '));
    const named = rows.map((row) => row.slice(4).replace(/ [A-Z["<].*$/, ''));
    expect(named.sort()).toEqual([...commands.keys()].sort());
  });

  it('README names each script of package.json, and both programs', () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
    const spoken = scripts.map((name) =>
      ['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`,
    );
    expect(spoken.filter((command) => !readme.includes(command))).toEqual([]);
    const programs = [...readme.matchAll(/`node dist\/(\S+)\.js`/g)].map(([, path = '']) => `${path}.ts`);
    expect(programs.sort()).toEqual(['apps/gateway/src/main.ts', 'apps/worker/src/main.ts']);
    expect(programs.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it.each(pages())('%s shows only commands that could be typed', (page) => {
    const text = read(page);
    const inline = [...text.matchAll(/`((?:npx )?ids [^`]+)`/g)].map(([, line = '']) => line);
    const shown = [...codeLines(text), ...inline].map((line) => line.trim());
    const lines = shown.filter((line) => /^(npx )?ids [a-z-]/.test(line));
    expect(lines.flatMap((line) => wrongWith(line) ?? [])).toEqual([]);
  });

  it('npx ids --help runs and names each command', async () => {
    const run = promisify(execFile)(process.execPath, [join(ROOT, 'bin/ids.js'), '--help'], {
      timeout: 30_000,
    });
    const { stdout } = await run;
    const first = [...commands.keys()].map((name) => name.split(' ')[0] ?? '');
    expect(first.filter((name) => !new RegExp(`^  ${name}\\b`, 'm').test(stdout))).toEqual([]);
  }, 30_000);
});
