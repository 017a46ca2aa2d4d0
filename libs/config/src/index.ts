export * from './cli-settings.js';
export * from './environment.js';
export * from './settings.js';
export { VARIABLES, type VariableName } from './variables.js';
