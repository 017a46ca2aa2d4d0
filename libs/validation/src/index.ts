export { Validator, type ValidatorOptions } from './validator.js';
export { verdictOf, type Verdict } from './verdict.js';
