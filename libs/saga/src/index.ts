export { opinionJobs, rollbackJob, stageOf, stepJob } from './jobs.js';
export { applyMove, type Move, type Moved } from './move.js';
export * from './moves.js';
export { newRecord, type NewSession } from './new-record.js';
export { Reconciler, type Sweep } from './reconciler.js';
export { Saga, type SagaOptions } from './saga.js';
export { SessionCommands, type CommandOptions, type CreateSession } from './session-commands.js';
export { mayFollow, TRANSITIONS } from './transitions.js';
