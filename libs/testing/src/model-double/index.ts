export * from './behaviour.js';
export * as behaviours from './behaviours.js';
export * from './model-double.js';
export * from './request.js';
export * from './scripts.js';
