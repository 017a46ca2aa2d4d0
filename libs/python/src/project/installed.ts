import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { executables, variable } from '../environment.js';
import { probeInterpreter, type Installed } from '../interpreter.js';

const NEWEST_MINOR = 25;
const NAMES = Array.from({ length: NEWEST_MINOR - 8 }, (_, index) => `python3.${index + 9}`);
const AT_ONCE = 4;
/** How long a list of what is installed is believed. */
const FRESH_MS = 60_000;

/** The file names that a Python may have; nothing else is ever started as one. */
export const PYTHON_NAME = /^python(?:3(?:\.\d+)?)?$/;

/** The interpreters of a machine. Each executable is asked once for its version. */
export class InstalledPythons {
  private readonly asked = new Map<string, Promise<Installed | undefined>>();
  private listed: { readonly at: number; readonly all: Promise<Installed[]> } | undefined;

  /** `candidates` names the files that may be interpreters of the machine. */
  constructor(private readonly candidates: () => Promise<string[]> = usualCandidates) {}

  /** All Pythons >= 3.9, each once, in the order in which they were looked for. */
  async all(): Promise<Installed[]> {
    if (this.listed === undefined || Date.now() - this.listed.at > FRESH_MS) {
      this.listed = { at: Date.now(), all: this.find() };
    }
    return await this.listed.all;
  }

  /** What an executable says of itself; asked again when the file has changed. */
  async probe(file: string): Promise<Installed | undefined> {
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() !== true) return undefined;
    const key = JSON.stringify([file, found.mtimeMs, found.size]);
    const answer = this.asked.get(key) ?? probeInterpreter(file);
    this.asked.set(key, answer);
    return await answer;
  }

  private async find(): Promise<Installed[]> {
    const files = new Set<string>();
    for (const candidate of await this.candidates()) {
      const file = await realpath(candidate).catch(() => undefined);
      if (file !== undefined && PYTHON_NAME.test(basename(file))) files.add(file);
    }
    const waiting = [...files];
    const found: Installed[] = [];
    while (waiting.length > 0) {
      const answers = await Promise.all(waiting.splice(0, AT_ONCE).map((file) => this.probe(file)));
      found.push(...answers.filter((answer) => answer !== undefined));
    }
    return found;
  }
}

/** PATH, the system's folders, and what pyenv and uv have installed. */
async function usualCandidates(): Promise<string[]> {
  const home = variable('HOME');
  const pyenv = variable('PYENV_ROOT') ?? (home === undefined ? undefined : join(home, '.pyenv'));
  const onPath = await executables('python3', 'python', ...NAMES);
  return [
    // The shims of pyenv are slow to ask, and what they start is found below.
    ...onPath.filter((file) => pyenv === undefined || !file.startsWith(join(pyenv, 'shims'))),
    ...(await pythonsIn('/usr/bin')),
    ...(await pythonsIn('/usr/local/bin')),
    ...(await pythonsBelow('/opt')),
    ...(pyenv === undefined ? [] : await pythonsBelow(join(pyenv, 'versions'))),
    ...(home === undefined ? [] : await pythonsBelow(join(home, '.local', 'share', 'uv', 'python'))),
  ];
}

/** `FOLDER/EACH/bin/python3…` */
async function pythonsBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(names.map((name) => pythonsIn(join(folder, name, 'bin'))));
  return found.flat();
}

async function pythonsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => PYTHON_NAME.test(name)).map((name) => join(folder, name));
}
