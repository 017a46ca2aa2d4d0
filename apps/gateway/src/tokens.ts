/** Tokens of what is not a class. */
export const SETTINGS = Symbol('ids:gateway-settings');
export const LOG = Symbol('ids:log');
export const METRICS = Symbol('ids:metrics');
export const STORES = Symbol('ids:stores');
/** How the model is named in a session. */
export const MODEL_NAME = Symbol('ids:model-name');
