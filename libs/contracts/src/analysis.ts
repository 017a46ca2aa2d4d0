import { z } from 'zod';

const line = z.int().positive();
/** Where a definition stands: its own line, its first decorator's if it has any, its last. */
const range = {
  /** The line of `def`, `class` or the statement itself. */
  line,
  /** From 1, in characters. */
  column: z.int().positive(),
  /** The first decorator's line; else `line`. */
  startLine: line,
  endLine: line,
  /** `endLine - startLine + 1`. */
  lines: z.int().positive(),
};
/** An expression as CPython's `ast.unparse` writes it; `...` where it is too deep or too long to be written. */
const expression = z.string();

/** One per `from` statement, and one per name of a plain `import`, in the order of the source. */
export const importSchema = z.object({
  /** As written, without leading dots; empty for `from . import x`. */
  module: z.string(),
  /** Leading dots. */
  level: z.int().nonnegative(),
  /** The names of a `from` import, `*` among them; null for a plain `import`. */
  names: z.array(z.object({ name: z.string(), alias: z.string().nullable() })).nullable(),
  /** Of a plain `import`. */
  alias: z.string().nullable(),
  /** Of the statement. */
  line,
  column: z.int().positive(),
  endLine: line,
  /** In the body of an `if` whose test is `TYPE_CHECKING` or an attribute of this name. */
  typeChecking: z.boolean(),
  /** Anywhere in a `try` statement. */
  inTry: z.boolean(),
  /** Inside of a function. */
  local: z.boolean(),
});

export const parameterSchema = z.object({
  name: z.string(),
  kind: z.enum(['positional_only', 'positional_or_keyword', 'var_positional', 'keyword_only', 'var_keyword']),
  annotation: expression.nullable(),
  default: expression.nullable(),
});

const definition = {
  name: z.string(),
  /** As `__qualname__` would be: `Fleet.add`, `outer.<locals>.inner`. */
  qualifiedName: z.string(),
  /** The number of functions and classes around it. */
  depth: z.int().nonnegative(),
  /** Of Python 3.12: `T: int`, `*Ts`, `**P`. */
  typeParameters: z.array(z.string()),
  decorators: z.array(expression),
  /** The first line of the docstring as `ast.get_docstring` cleans it; null if there is none or it is empty. */
  doc: z.string().nullable(),
  ...range,
};

export const functionSchema = z.object({
  ...definition,
  /**
   * What it is in its class; `function` outside of one. The first decorator that says so decides:
   * `staticmethod`, `classmethod`, `property` or `cached_property`, `NAME.setter`, `NAME.deleter`.
   */
  kind: z.enum(['function', 'method', 'classmethod', 'staticmethod', 'property', 'setter', 'deleter']),
  /** As `inspect.signature` writes it: `(self, name: str, /, *, speed: float = 1.0) -> None`. */
  signature: z.string(),
  parameters: z.array(parameterSchema),
  returns: expression.nullable(),
  async: z.boolean(),
  /** A `yield` of its own. */
  generator: z.boolean(),
  /** Decorated with `overload`, under whatever module's name. */
  overload: z.boolean(),
});

export const fieldSchema = z.object({
  name: z.string(),
  annotation: expression.nullable(),
  default: expression.nullable(),
  line,
});

export const classSchema = z.object({
  ...definition,
  /** As the source alone says it: a decorator `dataclass`; else by the last name of a base. */
  kind: z.enum(['class', 'dataclass', 'enum', 'typed_dict', 'named_tuple', 'protocol']),
  bases: z.array(expression),
  /** `total=False`, `**options`; the metaclass is among them. */
  keywords: z.array(z.string()),
  metaclass: expression.nullable(),
  /** Of dataclasses, enums, typed dictionaries and named tuples. */
  fields: z.array(fieldSchema),
  /** What the class body assigns, then what methods assign to their first argument; each name once. */
  attributes: z.array(
    z.object({
      name: z.string(),
      annotation: expression.nullable(),
      kind: z.enum(['class', 'instance']),
      line,
    }),
  ),
});

export const globalSchema = z.object({
  name: z.string(),
  annotation: expression.nullable(),
  kind: z.enum(['variable', 'constant', 'all', 'type_alias', 'type_variable']),
  line,
});

/** Another Python had to judge than the project asks for, and why. */
const pythonNote = z.string().nullable();

export const fileAnalysisSchema = z.object({
  kind: z.literal('file'),
  path: z.string(),
  bytes: z.int().nonnegative(),
  lines: z.int().nonnegative(),
  encoding: z.string(),
  /** The version of the interpreter whose parser decided. */
  python: z.string(),
  pythonNote,
  /** The first line of the module's docstring. */
  doc: z.string().nullable(),
  imports: z.array(importSchema),
  /** In the order of the source, nested ones too; so are the classes. */
  functions: z.array(functionSchema),
  classes: z.array(classSchema),
  /** Each name that statements of the module itself assign, where it is first assigned. */
  globals: z.array(globalSchema),
  /** Whether the module has an `if __name__ == "__main__"` of its own. */
  entryPoint: z.boolean(),
});
export type FileAnalysis = z.infer<typeof fileAnalysisSchema>;

/** A module of the folder that imports another one of it. */
export const importEdgeSchema = z.object({
  from: z.string(),
  to: z.string(),
  line,
  /** `load`: when the module is loaded; `late`: in a function, or for type checkers only. */
  when: z.enum(['load', 'late']),
});

export type ImportEdge = z.infer<typeof importEdgeSchema>;

export const folderAnalysisSchema = z.object({
  kind: z.literal('folder'),
  path: z.string(),
  python: z.string(),
  pythonNote,
  files: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  lines: z.int().nonnegative(),
  functions: z.int().nonnegative(),
  classes: z.int().nonnegative(),
  largest: z.array(z.object({ path: z.string(), lines: z.int() })),
  imports: z.object({
    edges: z.array(importEdgeSchema),
    /** How many more edges there are than are listed. */
    omitted: z.int().nonnegative(),
    /** Modules that import each other when they are loaded: each the paths of one circle, in the order of the imports. */
    circles: z.array(z.array(z.string())),
  }),
  /** `main`: `if __name__ == "__main__"`; `package`: a `__main__.py`; `script`: declared in the project's settings. */
  entryPoints: z.array(
    z.object({ path: z.string(), kind: z.enum(['main', 'package', 'script']), name: z.string() }),
  ),
  /** What could not be parsed, and why. */
  failed: z.array(
    z.object({
      path: z.string(),
      line: z.int().nonnegative(),
      column: z.int().nonnegative(),
      message: z.string(),
    }),
  ),
  /** Whether the folder holds more files than were looked at. */
  truncated: z.boolean(),
});
export type FolderAnalysis = z.infer<typeof folderAnalysisSchema>;

export const analysisSchema = z.discriminatedUnion('kind', [fileAnalysisSchema, folderAnalysisSchema]);
export type Analysis = z.infer<typeof analysisSchema>;
