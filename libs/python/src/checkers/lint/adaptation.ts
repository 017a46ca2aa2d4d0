import type { Selection } from './selectors.js';
import { isTable, type Table } from './settings.js';

const SELECTOR = /(?:rule selector|Invalid selector|Removed selector|Rule) `([^`]{1,80})`/;
const FIELD = /unknown field `([^`]{1,80})`/;
const VERSION = /unknown variant `([^`]{1,40})`, expected one of ([^\n]*`py3\d+`)/;
/** Ours, which older versions do not know and do without. */
const OURS = new Set(['output-prefer-rule-codes']);
const MOST = 40;

/** What a version of ruff does not know of a project's settings, learnt from what it says, and left out. */
export class Adaptation {
  private readonly selectors = new Set<string>();
  private readonly fields = new Set<string>();
  private newest: string | undefined;
  private foreignVersion: string | undefined;

  /** Grows with what was learnt. */
  get age(): number {
    return this.selectors.size + this.fields.size + (this.newest === undefined ? 0 : 1);
  }

  /** Whether it is worth another try. */
  learn(problem: string): boolean {
    if (this.age >= MOST) return false;
    const [, version, versions = ''] = VERSION.exec(problem) ?? [];
    if (version !== undefined && this.newest === undefined) {
      this.newest = /.*`(py3\d+)`/.exec(versions)?.[1];
      this.foreignVersion = version;
      return this.newest !== undefined;
    }
    return (
      learnt(this.fields, FIELD.exec(problem)?.[1]) || learnt(this.selectors, SELECTOR.exec(problem)?.[1])
    );
  }

  get notes(): string[] {
    const unknown = [...this.selectors, ...[...this.fields].filter((field) => !OURS.has(field))];
    const { foreignVersion, newest } = this;
    return [
      ...(unknown.length === 0 ? [] : [`not known to this ruff: ${unknown.join(', ')}`]),
      ...(foreignVersion === undefined
        ? []
        : [`not known to this ruff: ${foreignVersion}, it took ${newest}`]),
    ];
  }

  version(target: string): string {
    return target === this.foreignVersion ? (this.newest ?? target) : target;
  }

  list(selectors: readonly string[]): string[] {
    return selectors.filter((selector) => !this.selectors.has(selector));
  }

  selection({ select, ignore }: Selection): Selection {
    return { select: this.list(select), ignore: this.list(ignore) };
  }

  table(table: Table): Table {
    if (this.fields.size === 0) return table;
    const entries = Object.entries(table).filter(([name]) => !this.fields.has(name));
    return Object.fromEntries(
      entries.map(([name, value]) => [name, isTable(value) ? this.table(value) : value]),
    );
  }
}

/** Whether there was something to learn: the same word again means that leaving it out did not help. */
function learnt(known: Set<string>, word: string | undefined): boolean {
  if (word === undefined || known.has(word)) return false;
  known.add(word);
  return true;
}
