import { copyFile, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Finding } from '@ids/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PythonService, type PlacedFile } from '@ids/python';
import { makeProject, type TestProject } from '@ids/testing';
import { execa } from 'execa';
import { z } from 'zod';
import { PROJECTS, type FixtureProject } from './imports/projects.js';

/** So many files of site-packages, evenly chosen where there are more; and modules whose names are compared. */
const MOST_FILES = 800;
const MOST_MODULES = 120;
const MOST_PACKAGES = 10;
const SCRIPTS = join(import.meta.dirname, 'imports');
/** Loaded for real they open windows, print, or take long; tests load half of the world. */
const NOT_LOADED =
  /^(?:test|idlelib|lib2to3|turtledemo|turtle|ensurepip|this|antigravity|pip|config-.*)(?:\.|$)/;
const UNHARMED = /(?:^|\/)(?:tests?|testing|conftest|__main__|setup)(?:\/|\.py$)/;

const whereSchema = z.object({
  stdlib: z.string(),
  site: z.string(),
  dynload: z.string(),
  suffix: z.string(),
});
const WHERE =
  'import json, sysconfig as s; p = s.get_paths(); print(json.dumps({"stdlib": p["stdlib"], "site": p["purelib"],' +
  ' "dynload": s.get_config_var("DESTSHARED") or "", "suffix": s.get_config_var("EXT_SUFFIX") or ""}))';

const python = new PythonService({ processes: 1, limits: { importsSeconds: 280 } });
let executable = '';
let where: z.infer<typeof whereSchema>;
beforeAll(async () => {
  ({ executable } = await python.info());
  where = whereSchema.parse(JSON.parse((await execa(executable, ['-I', '-c', WHERE])).stdout));
});
afterAll(() => python.close());

const projects: TestProject[] = [];
afterEach(async () => {
  for (const project of projects.splice(0)) await project.remove();
});

async function made(files: Readonly<Record<string, string>> = {}): Promise<TestProject> {
  const project = await makeProject(files);
  projects.push(project);
  return project;
}

/** Asks a script in a throwaway process of the interpreter that judged. */
async function ask<T>(script: string, question: unknown, answer: z.ZodType<T>): Promise<T> {
  const { stdout } = await execa(executable, ['-I', join(SCRIPTS, script)], {
    input: JSON.stringify(question),
    extendEnv: false,
    env: { PATH: '/usr/bin:/bin' },
    cwd: '/',
    timeout: 200_000,
  });
  return answer.parse(JSON.parse(stdout));
}

async function pythonFiles(root: string, skip: readonly string[] = []): Promise<PlacedFile[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, path: relative(root, file) }))
    .filter(({ path }) => !path.split('/').some((part) => skip.includes(part)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function evenly<T>(items: readonly T[], most: number): T[] {
  const step = Math.max(1, items.length / most);
  return Array.from(
    { length: Math.min(items.length, most) },
    (_, index) => items[Math.floor(index * step)],
  ).filter((item) => item !== undefined);
}

async function judge(root: string, files: readonly PlacedFile[]): Promise<Finding[]> {
  return (await python.checkImports({ root, python: await python.project(root), files })).findings;
}

const triedSchema = z.array(z.object({ statement: z.string(), verdict: z.string() }));

/** Those of the findings that a real import does not agree with. */
async function falseAlarms(root: string, findings: readonly Finding[]): Promise<unknown[]> {
  const places = findings.map(({ path, line, message }) => ({
    path,
    line,
    name: /cannot import name '([^']+)'/.exec(message)?.[1] ?? null,
    module: /No module named '([^']+)'/.exec(message)?.[1] ?? null,
  }));
  const tried = await ask('try_imports.py', { root, roots: [root], places }, triedSchema);
  return findings
    .map((finding, index) => ({ finding, ...tried[index] }))
    .filter(({ verdict }) => verdict === undefined || verdict === 'accepted');
}

function moduleOf(path: string): string {
  return path.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.');
}

/** `from m import …` of everything that each module really has, as one project of many files. */
async function fromRealNames(root: string, files: readonly PlacedFile[], most: number) {
  const modules = files
    .map(({ path }) => moduleOf(path))
    .filter((name) => /^[\p{ID_Start}_][\w.]*$/u.test(name));
  const names = await ask(
    'names_of_modules.py',
    { roots: [root], modules: evenly(modules, most) },
    z.record(z.string(), z.array(z.string()).nullable()),
  );
  const texts = Object.entries(names).flatMap(([module, has], index) => {
    const usable = (has ?? []).filter((name) => /^[\p{ID_Start}_]\w*$/u.test(name) && !KEYWORDS.has(name));
    return usable.length === 0 ? [] : [[`use_${index}.py`, `from ${module} import ${usable.join(', ')}\n`]];
  });
  return { project: await made(Object.fromEntries(texts)), loaded: texts.length };
}
const KEYWORDS = new Set(['None', 'True', 'False', 'print', 'exec', 'async', 'await']);

describe('the import layer raises no false alarm', () => {
  it('over the standard library as a project', async () => {
    const files = await pythonFiles(where.stdlib, ['site-packages', 'dist-packages']);
    expect(files.length).toBeGreaterThan(500);
    expect(await falseAlarms(where.stdlib, await judge(where.stdlib, files))).toEqual([]);
  });

  it('over the site-packages of the interpreter as a project', async () => {
    const files = evenly(await pythonFiles(where.site), MOST_FILES);
    expect(await falseAlarms(where.site, await judge(where.site, files))).toEqual([]);
  });

  it('over each name that a standard module has once it is loaded', async () => {
    const files = (
      await pythonFiles(where.stdlib, ['site-packages', 'dist-packages', 'test', 'tests'])
    ).filter(({ path }) => !NOT_LOADED.test(moduleOf(path)) && !UNHARMED.test(path));
    const { project, loaded } = await fromRealNames(where.stdlib, files, 1_000);
    expect(loaded).toBeGreaterThan(100);
    expect(await judge(project.path, await pythonFiles(project.path))).toEqual([]);
  });

  it('over each name that an installed module has once it is loaded', async () => {
    const files = (await pythonFiles(where.site)).filter(
      ({ path }) => !NOT_LOADED.test(moduleOf(path)) && !UNHARMED.test(path),
    );
    const { project } = await fromRealNames(where.site, files, MOST_MODULES);
    expect(await judge(project.path, await pythonFiles(project.path))).toEqual([]);
  });

  it('over circles of real packages, taken as if a change brought them', async () => {
    const packages = (await readdir(where.stdlib, { withFileTypes: true })).filter(
      ({ name }) => !NOT_LOADED.test(name) && ['asyncio', 'email', 'unittest', 'xml', 'http'].includes(name),
    );
    const installed = (await readdir(where.site, { withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isDirectory() && /^[a-z]\w*$/.test(entry.name) && !NOT_LOADED.test(entry.name))
      .slice(0, MOST_PACKAGES);
    for (const { name, parentPath } of [...packages, ...installed]) {
      const files = (await pythonFiles(join(parentPath, name))).slice(0, 200);
      const added = Object.fromEntries(files.map(({ file, path }) => [`${name}/${path}`, file]));
      const project = await made();
      const { findings } = await python.checkImports({
        root: project.path,
        python: await python.project(project.path),
        files: Object.entries(added).map(([path, file]) => ({ path, file })),
        staged: { added, removed: [] },
      });
      const circles = findings.filter(
        ({ code, severity }) => code === 'import-cycle' && severity === 'error',
      );
      const cases = circles.map(({ path }) => ({ roots: [parentPath], module: moduleOf(path) }));
      const verdicts = await ask('load_modules.py', cases, z.array(z.string()));
      expect(circles.filter((_, index) => verdicts[index] === 'accepted')).toEqual([]);
    }
  });

  it.each(Object.entries(PROJECTS))('over a project: %s', async (_name, fixture) => {
    const root = await laidOut(fixture);
    const files = (await pythonFiles(root, ['.venv', 'linked', 'eggs', 'more'])).filter(
      ({ path }) => !path.endsWith('__main__.py'),
    );
    const sites = [join(root, '.venv/Lib/site-packages')];
    const cases = files.map(({ path }) => {
      const inside = above(fixture.roots, path);
      const module = moduleOf(relative(join(root, inside), join(root, path)));
      return { roots: fixture.roots.map((folder) => join(root, folder)), sites, module };
    });
    const verdicts = await ask('load_modules.py', cases, z.array(z.string()));
    expect(files.map(({ path }, index) => [path, verdicts[index]])).toEqual(
      files.map(({ path }) => [path, 'accepted']),
    );
    expect(await judge(root, files)).toEqual([]);
  });
});

/** The nearest of some folders that a file lies in. */
function above(folders: readonly string[], path: string): string {
  const inside = folders.filter((folder) => path.startsWith(folder)).sort((a, b) => b.length - a.length);
  return inside[0] ?? '';
}

function placeOf(places: Readonly<Record<string, string>>, name: string): string {
  return places[name] ?? name;
}

async function laidOut(fixture: FixtureProject): Promise<string> {
  const extensions = await readdir(where.dynload).catch((): string[] => []);
  const name = ['_json', '_queue', '_lsprof', '_asyncio'].find((each) =>
    extensions.includes(each + where.suffix),
  );
  const project = await made();
  for (const [path, text] of Object.entries(fixture.files)) {
    if (text.includes('{EXT}') && name === undefined) continue;
    const places = { '{ROOT}': project.path, '{HOME}': dirname(executable), '{EXT}': name ?? '' };
    await project.write(
      path,
      text.replaceAll(/\{(?:ROOT|HOME|EXT)\}/g, (each) => placeOf(places, each)),
    );
  }
  if (name !== undefined && 'src/harbour/native.py' in fixture.files) {
    const file = name + where.suffix;
    await copyFile(join(where.dynload, file), join(project.path, 'src/harbour', file));
  }
  return project.path;
}
