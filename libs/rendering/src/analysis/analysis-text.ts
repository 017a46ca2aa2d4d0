import type { Analysis } from '@ids/contracts';
import { cut, plain, type TextLine } from '../lines.js';
import { fileLines } from './file-lines.js';
import { folderLines } from './folder-lines.js';

export interface AnalysisTextOptions {
  /** In cells of a terminal. */
  readonly width: number;
  /** Of the whole text with its line ends; 4,096 fit into a message of a chat. */
  readonly maxChars?: number;
}

/** An analysis for people, line by line; nothing that a repository wrote can move a cursor or reorder a text. */
export function analysisLines(analysis: Analysis, width: number): TextLine[] {
  return analysis.kind === 'file' ? fileLines(analysis, width) : folderLines(analysis, width);
}

/** The same as plain text. What does not fit into `maxChars` is left out from the end, and counted. */
export function analysisText(analysis: Analysis, { width, maxChars }: AnalysisTextOptions): string[] {
  const lines = analysisLines(analysis, width).map(plain);
  return maxChars === undefined ? lines : cut(lines, maxChars);
}
