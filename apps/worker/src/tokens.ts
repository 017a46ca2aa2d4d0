/** For what Nest cannot inject by its class. */
export const SETTINGS = Symbol('ids:settings');
export const LOGGER = Symbol('ids:logger');
export const METRICS = Symbol('ids:metrics');
export const REDIS = Symbol('ids:redis');
export const CACHE_REDIS = Symbol('ids:cache-redis');
export const SUBSCRIBER = Symbol('ids:subscriber');
export const MODEL = Symbol('ids:model');
