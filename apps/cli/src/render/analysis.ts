import type { Analysis } from '@ids/contracts';
import { analysisLines, type TextLine } from '@ids/rendering';
import type { Style } from './style.js';

/** The text form of an analysis, in colours where there are any. */
export function renderAnalysis(analysis: Analysis, style: Style): string[] {
  return analysisLines(analysis, style.width).map((line) => coloured(line, style).trimEnd());
}

function coloured({ kind, margin, text }: TextLine, { colors }: Style): string {
  const paint = {
    title: colors.bold,
    heading: colors.bold,
    text: (plain: string) => plain,
    note: colors.dim,
    problem: colors.red,
  }[kind];
  return (margin.trim() === '' ? margin : colors.dim(margin)) + paint(text);
}
