export type Files = Readonly<Record<string, string>>;

/** A change of a project: files as they would be, and those that would be gone. */
export interface Step {
  /** Files of the project besides the table's own. */
  readonly base?: Files;
  readonly change: Files;
  readonly removed?: readonly string[];
  /** For renamed files, the path each had before. */
  readonly renamed?: Files;
  /**
   * The module that is loaded for real: the one with the finding if it is not given; null where loading proves
   * nothing (a function body, a warning, a file that only looks like an extension module).
   */
  readonly load?: string | null;
}

/** Path, line, column and code; a warning where it is said. */
export type Found = readonly [string, number, number, string, 'warning'?];

/** A planted fault, and a harmless change that looks like it. */
export interface Fault extends Step {
  readonly kind: string;
  readonly finds: readonly Found[];
  /** A part of the first finding's message. */
  readonly says?: string;
  /** Further folders for `sys.path`, when it is loaded for real. */
  readonly roots?: readonly string[];
  readonly twin: Step;
}

/** A small flat project that most faults are planted in. */
export const FLAT: Files = {
  'app/__init__.py': 'from .vessel import Vessel\n',
  'app/vessel.py':
    'class Vessel:\n    pass\n\n\ndef load():\n    return Vessel()\n\n\nLIMIT = 3\n_secret = 1\n',
  'app/fleet.py': 'from app.vessel import Vessel, load\n\n\nclass Fleet:\n    first = load()\n',
  'app/inner/__init__.py': '',
  'app/inner/reader.py': 'def read():\n    return 1\n',
  'app/lazy.py':
    'def __getattr__(name):\n    if name == "late":\n        return 1\n    raise AttributeError(name)\n',
  'app/stars.py': 'from .vessel import *\n',
  'space/part.py': 'x = 1\n',
};
