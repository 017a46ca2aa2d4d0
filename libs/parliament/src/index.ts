export * from './config.js';
export * from './cross.js';
export * from './decide.js';
export * from './merge.js';
export * from './parliament.js';
export type { Sitting } from './sitting.js';
