import type { ContextFile } from '@ids/contracts';

/** The style that the shown Python files have in common, one sentence per line; empty if there are none. */
export function describeStyle(files: readonly ContextFile[]): string {
  const texts = files.filter((file) => /\.pyi?$/.test(file.path)).map((file) => file.text);
  const code = texts.join('\n');
  const lines = code.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return '';
  return [
    indentation(lines),
    quotes(code),
    lineLength(lines),
    docstrings(code),
    annotations(code),
    logging(code),
    strings(code),
  ]
    .filter((line) => line !== '')
    .map((line) => `- ${line}`)
    .join('\n');
}

function indentation(lines: readonly string[]): string {
  const indents = lines.map((line) => /^[ \t]+/.exec(line)?.[0] ?? '').filter((indent) => indent !== '');
  if (indents.length === 0) return '';
  const tabs = indents.filter((indent) => indent.startsWith('\t')).length;
  if (tabs > indents.length / 2) return 'Indentation: tabs.';
  const widths = indents.filter((indent) => !indent.includes('\t')).map((indent) => indent.length);
  const two = widths.filter((width) => width % 4 === 2).length;
  return `Indentation: ${two > widths.length / 4 ? 2 : 4} spaces.`;
}

function quotes(code: string): string {
  const bare = code.replace(/"""[\s\S]*?"""|'''[\s\S]*?'''/g, '');
  const double = count(bare, /"[^"\n]*"/g);
  const single = count(bare, /'[^'\n]*'/g);
  if (double + single < 3) return '';
  return `Strings: mostly ${double >= single ? 'double' : 'single'} quotes.`;
}

function lineLength(lines: readonly string[]): string {
  const lengths = lines.map((line) => line.length).toSorted((one, other) => one - other);
  const usual = lengths[Math.floor((lengths.length - 1) * 0.99)] ?? 0;
  const limit = [79, 88, 100, 120].find((width) => usual <= width);
  return limit === undefined ? '' : `Lines: at most ${limit} characters.`;
}

function docstrings(code: string): string {
  const texts = code.match(/"""[\s\S]*?"""|'''[\s\S]*?'''/g) ?? [];
  if (texts.length === 0) return 'Docstrings: none in these files.';
  const all = texts.join('\n');
  const styles: readonly [string, RegExp][] = [
    ['Google style (Args:, Returns:)', /^\s*(?:Args|Returns|Raises|Yields):\s*$/gm],
    ['NumPy style (underlined sections)', /^\s*(?:Parameters|Returns|Raises)\n\s*-{3,}/gm],
    ['reStructuredText fields (:param x:)', /^\s*:(?:param|returns?|raises|rtype)\b/gm],
  ];
  const [best] = styles
    .map(([name, pattern]) => ({ name, hits: count(all, pattern) }))
    .filter(({ hits }) => hits > 0)
    .toSorted((one, other) => other.hits - one.hits);
  return `Docstrings: ${best?.name ?? 'plain sentences'}.`;
}

function annotations(code: string): string {
  const functions = count(code, /^\s*(?:async\s+)?def\s/gm);
  if (functions === 0) return '';
  const typed = count(code, /^\s*(?:async\s+)?def\s[^\n]*->/gm);
  const future = code.includes('from __future__ import annotations') ? ', with postponed evaluation' : '';
  if (typed * 3 > functions * 2) return `Type hints: on most functions${future}.`;
  return typed === 0 ? 'Type hints: not used.' : `Type hints: on some functions${future}.`;
}

function logging(code: string): string {
  const logger = /^(\w+)\s*=\s*logging\.getLogger\(__name__\)/m.exec(code)?.[1];
  if (logger !== undefined) return `Logging: a module logger named ${logger}.`;
  if (/\b(?:structlog|loguru)\b/.test(code)) return 'Logging: not by the standard library; see the imports.';
  return '';
}

function strings(code: string): string {
  return count(code, /\bf["']/g) > count(code, /["']\s*%\s*[\w(]|\.format\(/g)
    ? 'Formatting: f-strings.'
    : '';
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
