import { join } from 'node:path';
import { Adaptation } from './adaptation.js';
import type { Configuration } from './configuration.js';
import { rulesOf } from './file-rules.js';
import type { LintAnswer, Linter, LintMessage } from './linter.js';
import { optionsOf, usualOptions, type LintOptions } from './options.js';
import { isPackage, restsOnPlace } from './path-rules.js';
import { isTable, stringsOf, type Table } from './settings.js';

export interface FileToLint {
  /** Names the settings that hold; the same before and after a change. */
  readonly path: string;
  /** The folder that the project is seen in, and the file's name there. */
  readonly tree: string;
  readonly name: string;
  readonly text: string;
  readonly staged: boolean;
  readonly signal: AbortSignal | undefined;
}

/** The settings of one configuration as this ruff can take them: learnt once, for all files. */
export class RulesInUse {
  private current: { readonly options: LintOptions; readonly adaptation: Adaptation };
  private misunderstood: string | undefined;

  constructor(
    private readonly configuration: Configuration,
    private readonly interpreter: string,
    private readonly linter: Linter,
    /** The project's own modules, for a linter that cannot look at its folders. */
    private readonly firstParty: (options: LintOptions) => Promise<readonly string[]>,
  ) {
    this.current = { options: optionsOf(configuration, interpreter), adaptation: new Adaptation() };
  }

  get options(): LintOptions {
    return this.current.options;
  }

  get notes(): readonly string[] {
    const { options, adaptation } = this.current;
    const source = options.source === undefined ? '' : ` (${options.source})`;
    return [
      ...options.notes,
      ...adaptation.notes.map((note) => note + source),
      ...(this.misunderstood === undefined ? [] : [this.misunderstood]),
    ];
  }

  /** @throws Error with the reason, if ruff cannot judge the text, not under its usual rules either */
  async lint(file: FileToLint): Promise<readonly LintMessage[]> {
    for (;;) {
      const { current } = this;
      const answer = await this.attempt(file, current);
      if ('messages' in answer) {
        const { knowsPaths } = this.linter;
        return answer.messages.filter(
          ({ code }) => !restsOnPlace(code, file.path, { knowsPaths, staged: file.staged }),
        );
      }
      // Another file may have come to the same end meanwhile.
      if (current === this.current) this.giveUp(answer.misconfigured);
    }
  }

  private async attempt(file: FileToLint, { options, adaptation }: typeof this.current): Promise<LintAnswer> {
    for (;;) {
      const { age } = adaptation;
      const table = await this.tableFor(file, options, adaptation);
      if (table === undefined) return { misconfigured: 'none of the chosen rules is known' };
      const { tree, name, text, signal } = file;
      const answer = await this.linter.check({ text, file: join(tree, name), options: table, signal });
      if ('messages' in answer) return answer;
      if (age === adaptation.age && !adaptation.learn(answer.misconfigured)) return answer;
    }
  }

  private giveUp(problem: string): void {
    const { source } = this.current.options;
    const reason = problem.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
    if (source === undefined) throw new Error(reason);
    const options = usualOptions(this.configuration, this.interpreter);
    this.current = { options, adaptation: new Adaptation() };
    this.misunderstood = `the settings in ${source} were not understood (${reason}); ruff's usual rules were used`;
  }

  /** Undefined if nothing is left of what the project chose. */
  private async tableFor(
    { path, tree }: FileToLint,
    options: LintOptions,
    adaptation: Adaptation,
  ): Promise<Table | undefined> {
    const { targetVersion, ignored } = rulesOf(options, path);
    const selection = adaptation.selection(options.selection);
    if (selection.select.length === 0 && options.selection.select.length > 0) return undefined;
    const ignoredHere = adaptation.list(ignored);
    return adaptation.table({
      ...options.general,
      'target-version': adaptation.version(targetVersion),
      // Else findings have names in the place of codes where a project tries what is new.
      'output-prefer-rule-codes': true,
      ...(this.linter.knowsPaths ? placesIn(tree, options) : {}),
      ...(!this.linter.knowsPaths && isPackage(path) ? builtinsOfPackage(options) : {}),
      lint: {
        ...options.lint,
        ...selection,
        ...(this.linter.knowsPaths ? {} : { isort: await this.isort(options) }),
        ...(ignoredHere.length === 0 ? {} : { 'per-file-ignores': { '*': ignoredHere } }),
      },
    });
  }

  private async isort(options: LintOptions): Promise<Table> {
    const { isort } = options.lint;
    const table = isTable(isort) ? isort : {};
    const known = table['known-first-party'];
    if (known !== undefined && !Array.isArray(known)) return table;
    const names: unknown[] = [...(known ?? []), ...(await this.firstParty(options))];
    return { ...table, 'known-first-party': names };
  }
}

function placesIn(tree: string, { src, namespacePackages }: LintOptions): Table {
  const places = (folders: readonly string[]): string[] => folders.map((folder) => join(tree, folder));
  return {
    src: places(src),
    ...(namespacePackages.length === 0 ? {} : { 'namespace-packages': places(namespacePackages) }),
  };
}

/** The file of a package has one name more. */
function builtinsOfPackage({ general }: LintOptions): Table {
  return { builtins: [...stringsOf(general['builtins']), '__path__'] };
}
