export * from './apply-edits.js';
export * from './coder.js';
export * from './context.js';
export * from './draft.js';
export { type Survey, type SurveyedFile } from './map/survey.js';
export * from './parse-edits.js';
export * from './project-reader.js';
export * from './render-diff.js';
