import { chmod, mkdtemp, readFile, realpath, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeProject, snapshotTree, type TestProject } from '@ids/testing';
import { PythonService, type CheckRequest, type Judgement, type NoJudgement } from '../../index.js';
import { NativeRuff, ruffOfEnvironment } from './native.js';

/**
 * Speaks as ruff 0.16.9 does: the same options, refusals, exit codes and JSON; of its rules it knows four. What it
 * was asked stands in the file `asked` beside it.
 */
const DOUBLE = String.raw`
import json, os, re, sys, time
try:
    import tomllib
except ImportError:
    tomllib = None

HERE = os.path.dirname(os.path.abspath(__file__))
FLAGS = {"--no-cache", "--quiet", "--exit-zero", "--no-fix", "--isolated"}
VALUES = {"--config", "--output-format", "--stdin-filename"}
TOP = {"line-length", "indent-width", "preview", "builtins", "target-version", "src", "namespace-packages", "lint"}
TOP |= {"output-prefer-rule-codes"} if os.path.exists(HERE + "/new") else set()
LINT = {"select", "ignore", "extend-select", "per-file-ignores", "mccabe", "isort", "pylint"}
RULES = ["F401", "F821", "INP001", "PYI009", "EXE001"]


def refuse(text):
    sys.stderr.write("ruff failed\n  Cause: " + text + "\n")
    sys.exit(2)


def load(path):
    table = tomllib.load(open(path, "rb")) if tomllib else {}
    for known, keys in ((TOP, table), (LINT, table.get("lint", {}))):
        for key in keys:
            if key not in known:
                refuse("TOML parse error at line 1, column 1\nunknown field ${'`'}%s${'`'}, expected one of ..." % key)
    if int(table.get("target-version", "py39")[3:]) > 13:
        names = ", ".join("${'`'}py3%d${'`'}" % n for n in range(7, 14))
        refuse("unknown variant ${'`'}%s${'`'}, expected one of %s" % (table["target-version"], names))
    lint = table.get("lint", {})
    for name in ("select", "ignore"):
        for selector in lint.get(name, []):
            if selector.startswith("XYZ"):
                refuse("Unknown rule selector ${'`'}%s${'`'} in ${'`'}%s${'`'} from ${'`'}%s${'`'}" % (selector, name, path))
    return table


def chosen(lint, code):
    best = lambda selectors: max([len(s) for s in selectors if code.startswith(s)], default=0)
    ignored = [s for codes in lint.get("per-file-ignores", {}).values() for s in codes]
    return best(lint.get("select", ["F"])) > best(lint.get("ignore", [])) and best(ignored) == 0


def main(arguments):
    if arguments == ["--version"]:
        return print("ruff " + open(HERE + "/version").read())
    options, positional = {}, []
    rest = arguments[1:]
    while rest:
        word = rest.pop(0)
        if word in VALUES:
            options[word] = rest.pop(0)
        elif word in FLAGS:
            options[word] = True
        elif word.startswith("-") and word != "-":
            sys.stderr.write("error: unexpected argument '%s' found\n" % word)
            sys.exit(2)
        else:
            positional.append(word)
    if "--isolated" in options and "--config" in options:
        refuse("The argument --config cannot be used with --isolated")
    table = load(options["--config"])
    text = sys.stdin.buffer.read().decode("utf-8")
    with open(HERE + "/asked", "a") as log:
        json.dump({"cwd": os.getcwd(), "environment": sorted(os.environ), "options": sorted(options),
                   "files": positional, "name": options["--stdin-filename"], "table": table}, log)
        log.write("\n")
    if "CRASH" in text:
        sys.stderr.write("error: Panicked at somewhere\n")
        sys.exit(101)
    if "STALL" in text:
        time.sleep(600)
    if "NONSENSE" in text:
        return print("[{]")
    name = options["--stdin-filename"]
    found = []
    if not os.path.isfile(os.path.join(os.path.dirname(name), "__init__.py")):
        found.append(("INP001", 1, 1, "File is part of an implicit namespace package"))
    if text.startswith("#!"):
        found.append(("EXE001", 1, 1, "Shebang is present but file is not executable"))
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("import "):
            found.append(("F401", number, 8, line[7:] + " imported but unused"))
        if "undefined" in line:
            found.append(("F821", number, line.index("undefined") + 1, "Undefined name"))
        if line.endswith("(:"):
            found.append((None, number, len(line), "Expected a parameter"))
        if name.endswith(".pyi") and line == "pass":
            found.append(("PYI009", number, 1, "Empty body should contain ..."))
    print(json.dumps([
        {"cell": None, "code": code, "end_location": {"column": column, "row": row}, "filename": name, "fix": None,
         "location": {"column": column, "row": row}, "message": message, "noqa_row": row, "url": None}
        for code, row, column, message in found if code is None or chosen(table.get("lint", {}), code)
    ]))


main(sys.argv[1:])
`;

const codes = ({ findings }: Judgement): string[] =>
  findings.map(({ path, line, code, severity }) => `${path}:${line} ${code} ${severity}`);

// Interpreters start slowly on a busy machine.
jest.setTimeout(60_000);

describe('the ruff of an environment that is trusted', () => {
  let python: PythonService;
  let project: TestProject;
  let stage: TestProject;
  let environment: TestProject;
  let folder: string;
  beforeAll(() => {
    python = new PythonService({ processes: 1 });
  });
  afterAll(() => python.close());
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'ids-lint-')));
    stage = await makeProject();
    project = await makeProject();
    environment = await makeProject({ 'bin/double.py': DOUBLE, 'bin/version': '0.16.9' });
    const { executable } = await python.info();
    const script = `#!/bin/sh\nexec '${executable}' -I -S -B "$(dirname "$0")/double.py" "$@"\n`;
    await environment.write('bin/ruff', script);
    await chmod(join(environment.path, 'bin/ruff'), 0o755);
  });
  afterEach(async () => {
    await Promise.all(
      [project, stage, environment].map((each) => each.remove()).concat(rm(folder, { recursive: true })),
    );
  });

  const check = async (
    added: Record<string, string>,
    more: Partial<CheckRequest> = {},
    trusted = true,
  ): Promise<Judgement | NoJudgement> => {
    for (const [path, text] of Object.entries(added)) await stage.write(path, text);
    const placed = Object.fromEntries(Object.keys(added).map((path) => [path, join(stage.path, path)]));
    return await python.checkers.lint({
      root: project.path,
      python: { ...(await python.project(project.path)), environment: environment.path, trusted },
      paths: Object.keys(added).filter((path) => /\.pyi?$/.test(path)),
      staged: { added: placed, removed: [] },
      folder,
      ...more,
    });
  };
  const lint = async (...args: Parameters<typeof check>): Promise<Judgement> => {
    const answer = await check(...args);
    if ('unavailable' in answer) throw new Error(answer.unavailable);
    return answer;
  };
  const asked = async (): Promise<Record<string, unknown>[]> =>
    (await environment.read('bin/asked'))
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));

  it('judges, and it is said that it did', async () => {
    await project.write('app/__init__.py', '');
    await project.write('app/a.py', 'import os\n');
    const before = await snapshotTree(project.path);
    const answer = await lint({ 'app/a.py': 'import json\nimport os\nx = undefined\ndef f(:\n' });
    expect(answer.tool).toBe('ruff 0.16.9');
    expect(codes(answer)).toEqual([
      'app/a.py:1 F401 warning',
      'app/a.py:3 F821 error',
      'app/a.py:4 invalid-syntax error',
    ]);
    expect(answer.existing).toBe(1);
    expect(await snapshotTree(project.path)).toEqual(before);
  });

  it('is given texts over a pipe, settings of ours, and little else', async () => {
    await project.write('ruff.toml', 'src = ["lib", "/etc"]\ncache-dir = "/tmp/x"\nlint.select = ["F"]\n');
    const answer = await lint({ 'a.py': 'import os\n' });
    const [call] = await asked();
    expect(call).toMatchObject({
      cwd: '/',
      environment: expect.not.arrayContaining(['NODE_OPTIONS', 'XDG_CONFIG_HOME']),
      options: [
        '--config',
        '--exit-zero',
        '--no-cache',
        '--no-fix',
        '--output-format',
        '--quiet',
        '--stdin-filename',
      ],
      files: ['-'],
      name: join(folder, 'tree/a.py'),
    });
    expect(answer.note).toBe('not taken from ruff.toml: src');
  });

  it('sees the tree as it would be after the change', async () => {
    await project.write('ruff.toml', 'lint.select = ["INP", "F"]\n');
    const answer = await lint({ 'new/__init__.py': '', 'new/a.py': '', 'lost/b.py': '' });
    expect(codes(answer)).toEqual(['lost/b.py:1 INP001 warning']);
  });

  it('judges stub files as well', async () => {
    await project.write('ruff.toml', 'lint.select = ["PYI"]\n');
    const answer = await lint({ 'a.pyi': 'pass\n' });
    expect(codes(answer)).toEqual(['a.pyi:1 PYI009 warning']);
    expect(answer.note).toBeUndefined();
  });

  it('finds nothing about the mode of a staged file, which is another', async () => {
    await project.write('ruff.toml', 'lint.select = ["EXE"]\n');
    expect(codes(await lint({ 'a.py': '#!/usr/bin/python3\n' }))).toEqual([]);
  });

  it('learns once what it does not know, for all files at a time', async () => {
    await project.write(
      'ruff.toml',
      'target-version = "py314"\nlint.select = ["F", "XYZ1", "XYZ2"]\nlint.pydoclint = { a = 1 }\n',
    );
    const paths = ['a.py', 'b.py', 'c.py', 'd.py', 'e.py', 'f.py'];
    const answer = await lint(Object.fromEntries(paths.map((path) => [path, 'import os\n'])));
    expect(codes(answer)).toEqual(paths.map((path) => `${path}:1 F401 warning`));
    expect(answer.note).toBe(
      'not known to this ruff: XYZ1, XYZ2, pydoclint (ruff.toml); not known to this ruff: py314, it took py313 (ruff.toml)',
    );
  });

  it.each([
    ['crashes', 'CRASH', /^ruff failed: a\.py: .*Panicked/],
    ['answers nonsense', 'NONSENSE', /^ruff failed: a\.py: /],
  ])('gives no judgement when it %s, and judges the next file', async (_, text, reason) => {
    expect(await check({ 'a.py': text })).toEqual({ unavailable: expect.stringMatching(reason) });
    const answer = await lint({ 'b.py': 'import os\n' }, { folder: `${folder}/b` });
    expect(codes(answer)).toEqual(['b.py:1 F401 warning']);
  });

  it('is ended when it stalls', async () => {
    const found = await ruffOfEnvironment(environment.path);
    if (found === undefined) throw new Error('the planted ruff was not found');
    const ruff = new NativeRuff(found, folder, 2_000);
    const job = { text: 'STALL', file: join(project.path, 'a.py'), options: {} };
    await expect(ruff.check(job)).rejects.toThrow('it took longer than 2 s');
  });

  it('is ended with the judgement', async () => {
    const stopped = new AbortController();
    const running = check({ 'a.py': 'STALL' }, { signal: stopped.signal });
    while (!(await environment.read('bin/asked').catch(() => ''))) await new Promise(setImmediate);
    stopped.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
  });

  it('is not started where it is not trusted', async () => {
    const answer = await lint({ 'a.py': 'import os\n' }, {}, false);
    expect(answer.tool).not.toContain('0.16.9');
    await expect(readFile(join(environment.path, 'bin/asked'))).rejects.toThrow('ENOENT');
  });

  it.each([
    ['it is too old for our settings', '0.1.9'],
    ['it says no version', 'unknown'],
  ])('is left aside where %s', async (_, version) => {
    await environment.write('bin/version', version);
    expect(await ruffOfEnvironment(environment.path)).toBeUndefined();
  });

  it('is not started where it is a script of Python', async () => {
    const { executable } = await python.info();
    const mark = join(environment.path, 'mark');
    const script = `#!${executable}\nopen(${JSON.stringify(mark)}, 'w')\nprint('ruff 0.16.9')\n`;
    await environment.write('bin/ruff', script);
    expect(await ruffOfEnvironment(environment.path)).toBeUndefined();
    await expect(readFile(mark)).rejects.toThrow('ENOENT');
  });

  it('is seen in another version without a new start', async () => {
    expect((await ruffOfEnvironment(environment.path))?.version).toBe('0.16.9');
    await environment.write('bin/version', '0.17.1');
    await utimes(join(environment.path, 'bin/ruff'), 1, 1);
    expect((await ruffOfEnvironment(environment.path))?.version).toBe('0.17.1');
  });
});
