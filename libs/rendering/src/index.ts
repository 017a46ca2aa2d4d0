export { analysisLines, analysisText, type AnalysisTextOptions } from './analysis/analysis-text.js';
export { cut, type TextLine } from './lines.js';
export { clean, cleanLine, displayWidth, padEnd, padStart, truncate, wrap } from './text.js';
