export * from './call-governor.store.js';
export { CHANGED_CHANNEL } from './keys.js';
export * from './project-lock.js';
export * from './project.store.js';
export * from './record.js';
export { connectRedis, Script, untilReady, type Redis } from './redis.js';
export * from './session-feed.js';
export * from './session.store.js';
