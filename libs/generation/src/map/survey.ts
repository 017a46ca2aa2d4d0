import type { FileAnalysis, ImportEdge } from '@ids/contracts';

/** A Python file, or why nothing can be said of what it defines. */
export type SurveyedFile =
  FileAnalysis | { readonly path: string; readonly failure: { readonly message: string } };

/** The structure of a project: what its Python files define, and which of them import each other. */
export interface Survey {
  readonly files: readonly SurveyedFile[];
  readonly edges: readonly ImportEdge[];
}

/** Something that a file defines, as one line of a map. */
export interface MapSymbol {
  readonly name: string;
  /** The enclosing class; empty at the top of the module. */
  readonly owner: string;
  readonly depth: number;
  readonly line: number;
  readonly text: string;
  readonly doc: string | null;
}

/** The interface of a file in the order of its lines; what is defined inside of a function is nobody's interface. */
export function symbolsOf(file: FileAnalysis): MapSymbol[] {
  const classes = file.classes.map((each) => ({
    ...placeOf(each),
    text: `${decorated(each)}class ${each.name}${bracketed([...each.bases, ...each.keywords])}${fieldsOf(each)}`,
  }));
  const functions = file.functions.map((each) => ({
    ...placeOf(each),
    text: `${decorated(each)}${each.async ? 'async ' : ''}def ${each.name}${each.signature}`,
  }));
  const globals = file.globals
    .filter(({ kind, name }) => kind !== 'all' && !name.startsWith('_'))
    .map(({ name, annotation, line }) => ({
      name,
      owner: '',
      depth: 0,
      line,
      text: annotation === null ? name : `${name}: ${annotation}`,
      doc: null,
    }));
  return [...classes, ...functions, ...globals]
    .filter(({ owner }) => !owner.includes('<locals>'))
    .sort((a, b) => a.line - b.line);
}

type Definition = Pick<FileAnalysis['classes'][number], 'name' | 'qualifiedName' | 'depth' | 'line' | 'doc'>;

function placeOf({ name, qualifiedName, depth, line, doc }: Definition): Omit<MapSymbol, 'text'> {
  return { name, owner: qualifiedName.slice(0, -name.length - 1), depth, line, doc };
}

/** Only the decorators that change how a thing is used. */
function decorated({ decorators }: { readonly decorators: readonly string[] }): string {
  const telling = decorators.filter((text) =>
    /^(?:[\w.]*\.)?(?:property|cached_property|classmethod|staticmethod|dataclass|overload|abstractmethod|\w+\.setter)\b/.test(
      text,
    ),
  );
  return telling.map((text) => `@${text} `).join('');
}

function fieldsOf({ fields }: FileAnalysis['classes'][number]): string {
  if (fields.length === 0) return '';
  return `: ${fields.map(({ name, annotation }) => (annotation === null ? name : `${name}: ${annotation}`)).join('; ')}`;
}

function bracketed(parts: readonly string[]): string {
  return parts.length > 0 ? `(${parts.join(', ')})` : '';
}
