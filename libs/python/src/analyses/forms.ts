import { importSchema, type FileAnalysis } from '@ids/contracts';
import { z } from 'zod';
import { parseJson } from '../interpreter.js';
import { analysisReply, syntaxFailureSchema, type SyntaxFailure } from '../replies.js';

/** What is kept of an analysis: all of it, or what the summary of a folder needs. */
export interface Form<T> {
  /** Asked of the worker, which may then leave out the rest; part of the cache's keys, to be changed with what is kept. */
  readonly name: string;
  /** From the worker's answer. @throws ZodError if it is none */
  read(reply: unknown): T;
  toText(value: T): string;
  /** From the cache; undefined for anything that is none. */
  fromText(text: string): T | undefined;
}

export interface FailedToParse {
  readonly failure: SyntaxFailure;
}

/** An analysis without what is known of its file otherwise. */
export type Whole = Omit<FileAnalysis, 'kind' | 'path' | 'bytes' | 'python' | 'pythonNote'> | FailedToParse;

export const wholeForm: Form<Whole> = {
  name: 'whole',
  read: (reply) => analysisReply.parse(reply),
  toText: (value) => JSON.stringify(value),
  fromText: (text) => analysisReply.safeParse(parseJson(text)).data,
};

/** An import as the graph of a folder needs it. */
export interface ImportFact {
  readonly module: string;
  readonly level: number;
  /** Null for a plain `import`. */
  readonly names: readonly string[] | null;
  readonly line: number;
  readonly late: boolean;
}

export interface FileFacts {
  readonly lines: number;
  readonly functions: number;
  readonly classes: number;
  readonly entryPoint: boolean;
  readonly imports: readonly ImportFact[];
}

const failureReply = z.object({ failure: syntaxFailureSchema });
const count = z.int().nonnegative();

/** How many there are: said by itself, or by a list of them. */
const many = z.union([count, z.array(z.unknown()).transform((list) => list.length)]);

/** Only what is used is looked at: the rest of a large answer is not worth the time. */
const factsReply = z.object({
  lines: count,
  functions: many,
  classes: many,
  entryPoint: z.boolean(),
  imports: z.array(importSchema),
});

const factsSchema = z.object({
  lines: count,
  functions: count,
  classes: count,
  entryPoint: z.boolean(),
  imports: z.array(
    z.tuple([z.string(), count, z.array(z.string()).nullable(), z.int().positive(), z.boolean()]),
  ),
});

export const factsForm: Form<FileFacts | FailedToParse> = {
  name: 'facts',
  read: (reply) => failureReply.safeParse(reply).data ?? factsOf(factsReply.parse(reply)),
  toText: (value) =>
    JSON.stringify(
      'failure' in value
        ? value
        : {
            ...value,
            imports: value.imports.map(({ module, level, names, line, late }) => [
              module,
              level,
              names,
              line,
              late,
            ]),
          },
    ),
  fromText: (text) => {
    const value = parseJson(text);
    const facts = factsSchema.safeParse(value).data;
    if (facts === undefined) return failureReply.safeParse(value).data;
    return {
      ...facts,
      imports: facts.imports.map(([module, level, names, line, late]) => ({
        module,
        level,
        names,
        line,
        late,
      })),
    };
  },
};

function factsOf(
  file: Pick<FileAnalysis, 'lines' | 'entryPoint' | 'imports'> & {
    readonly functions: number;
    readonly classes: number;
  },
): FileFacts {
  const { lines, functions, classes, entryPoint } = file;
  return { lines, functions, classes, entryPoint, imports: importFacts(file.imports) };
}

/** What the graph of a folder needs of a file's imports. */
export function importFacts(imports: FileAnalysis['imports']): ImportFact[] {
  return imports.map(({ module, level, names, line, local, typeChecking }) => ({
    module,
    level,
    names: names === null ? null : names.map(({ name }) => name),
    line,
    late: local || typeChecking,
  }));
}
