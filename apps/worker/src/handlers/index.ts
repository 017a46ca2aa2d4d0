import type { Type } from '@nestjs/common';
import { ApplicationHandler } from './application.handler.js';
import { GenerationHandler } from './generation.handler.js';
import {
  AnalyzePathHandler,
  CheckRollbackHandler,
  ParliamentHandler,
  ValidatePathsHandler,
} from './inspection.handlers.js';
import { ReconcileHandler, RetentionHandler } from './maintenance.handlers.js';
import { OpinionHandler } from './opinion.handler.js';
import { RollbackHandler } from './rollback.handler.js';
import { RoundHandler } from './round.handler.js';
import { SynthesisHandler } from './synthesis.handler.js';
import { ValidationHandler } from './validation.handler.js';

/** One for each job of the catalog; the process does not start if one is missing or doubled. */
export const HANDLERS: readonly Type[] = [
  RoundHandler,
  OpinionHandler,
  SynthesisHandler,
  GenerationHandler,
  ValidationHandler,
  ApplicationHandler,
  RollbackHandler,
  AnalyzePathHandler,
  ValidatePathsHandler,
  CheckRollbackHandler,
  ParliamentHandler,
  ReconcileHandler,
  RetentionHandler,
];
