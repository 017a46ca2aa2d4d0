export { nodeFileSystem } from './file-system.port.js';
export type { FileStats, FileSystemPort, OpenFile, OpenMode } from './file-system.port.js';
export {
  withGitComparison,
  type GitComparison,
  type GitComparisonRequest,
  type Unjudged,
} from './git/index.js';
export { checkEditablePath, checkReadablePath } from './path-rules.js';
export { resolveProjectFolder } from './project-folder.js';
export type {
  ApplyOutcome,
  FileListing,
  RetentionRules,
  SourceFile,
  UndoOutcome,
  WriteGuard,
} from './types.js';
export { Workspace, type WorkspaceOptions } from './workspace.js';
