export { Checkers, type CheckRequest } from './checkers/checkers.js';
export { childEnvironment, executables } from './environment.js';
export { listPythonFiles, resolveInside } from './files.js';
export { type Judgement, type NoJudgement } from './findings.js';
export { type Interpreter } from './interpreter.js';
export { DEFAULT_LIMITS, type PythonLimits } from './limits.js';
export { type Newline } from './newlines.js';
export * from './python.service.js';
export { decodeSource, encodeSource, newSource, type DecodedSource } from './source.js';
