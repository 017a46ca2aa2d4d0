export { withGitComparison, type GitComparison, type GitComparisonRequest } from './compare.js';
export type { Unjudged } from './plan.js';
