export * from './bot-api/index.js';
export * from './model-double/index.js';
export * from './project.js';
export * from './redis.js';
export * from './until.js';
