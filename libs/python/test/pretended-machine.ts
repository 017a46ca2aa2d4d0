import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Installed } from '../src/interpreter.js';
import { InstalledPythons } from '../src/project/installed.js';
import { PythonFinder } from '../src/project/python-finder.js';

/** The version of the interpreter that is first on PATH of a pretended machine. */
export const USUAL = '3.11.7';
/** All that it has. */
const VERSIONS = ['3.9.18', USUAL, '3.12.1', '3.13.0'];

/** A machine in a folder, with interpreters that answer as if they were of some version. */
export class PretendedMachine {
  constructor(readonly path: string) {}

  async install(): Promise<void> {
    for (const version of VERSIONS) await this.standIn(this.pythonOf(version), version);
  }

  get usual(): Installed {
    return { version: USUAL, executable: this.pythonOf(USUAL), sitePackages: [] };
  }

  pythonOf(version: string, folder = `pythons/${version}`): string {
    return join(this.path, folder, 'bin', `python${version.split('.').slice(0, 2).join('.')}`);
  }

  /** Something that answers like an interpreter of a version. */
  async standIn(file: string, version: string, sitePackages: readonly string[] = []): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    const said = JSON.stringify(['cpython', version.split('.').map(Number), file, sitePackages]);
    await writeFile(file, `#!/bin/sh\necho '${said}'\n`, { mode: 0o755 });
  }

  finder(options: { projectsRoot?: string; usual?: Installed } = {}): PythonFinder {
    return new PythonFinder({
      installed: new InstalledPythons(async () => VERSIONS.map((version) => this.pythonOf(version))),
      usual: async () => options.usual ?? this.usual,
      projectsRoot: options.projectsRoot,
    });
  }
}
