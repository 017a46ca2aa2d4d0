import {
  LAYERS,
  type Comparison,
  type Finding,
  type LayerResult,
  type PlannedChange,
  type ValidateAnswer,
  type ValidationSettings,
} from '@ids/contracts';
import { verdictOf, type Validator } from '@ids/validation';
import { withGitComparison, type GitComparison, type Unjudged } from '@ids/workspace';

export interface HeadValidation {
  readonly validator: Validator;
  /** The project's folder. */
  readonly root: string;
  readonly settings: ValidationSettings;
  readonly against: Comparison['against'];
  /** See `validateBodySchema`. */
  readonly index?: string;
  /** Checked paths; not given: all that differs. */
  readonly paths?: readonly string[];
  readonly maxFileBytes: number;
  readonly signal: AbortSignal;
}

const NOTHING = 'no Python file to judge';

/**
 * The verdict over what differs from git's HEAD: the working tree, or what is staged. Only findings that the
 * difference brings count. Where nothing differs the layers that are on have passed, so that a hook lets a commit
 * through that holds no Python.
 * @throws IdsError `not_a_git_repository`, `git_failed`, `change_too_large`, `python_missing`
 */
export async function validateAgainstHead(request: HeadValidation): Promise<ValidateAnswer> {
  const { root, settings, against, index, paths, maxFileBytes, signal } = request;
  return await withGitComparison(
    {
      root,
      side: against === 'head' ? 'working-tree' : 'index',
      everything: settings.tests !== false,
      maxFileBytes,
      signal,
      ...(paths === undefined ? {} : { paths }),
      ...(index === undefined || against === 'head' ? {} : { index }),
      ...(settings.python === undefined ? {} : { environment: settings.python }),
    },
    async (comparison) => {
      const layers = withUnjudged(await judge(request, comparison), comparison.unjudged);
      const { commit, changes } = comparison;
      return {
        passed: verdictOf(layers).kind !== 'failed',
        layers,
        comparison: { against, commit, files: changes.map(named) },
      };
    },
  );
}

async function judge(
  { validator, root, settings, signal }: HeadValidation,
  { base, changes }: GitComparison,
): Promise<LayerResult[]> {
  if (changes.length > 0) {
    return await validator.validateChange({ root: base, home: root, changes, settings, signal });
  }
  return LAYERS.map((layer) => {
    const off = layer !== 'syntax' && layer !== 'imports' && settings[layer] === false;
    return off
      ? { layer, status: 'skipped', findings: [], reason: 'not enabled' }
      : { layer, status: 'passed', findings: [], reason: NOTHING };
  });
}

/** What could not be judged is a finding: a verdict that passes over it would say too much. */
function withUnjudged(layers: readonly LayerResult[], unjudged: readonly Unjudged[]): LayerResult[] {
  if (unjudged.length === 0) return [...layers];
  const fresh = unjudged.map(({ path, reason, severity }): Finding => {
    return {
      path,
      line: 0,
      column: 0,
      code: 'not-judged',
      severity,
      message: `it was not judged: ${reason}`,
    };
  });
  return layers.map((result) => {
    if (result.layer !== 'syntax') return result;
    const findings = [...result.findings, ...fresh];
    const failed = findings.some(({ severity }) => severity === 'error');
    return { ...result, findings, status: failed ? 'failed' : 'warnings' };
  });
}

function named(change: PlannedChange): Comparison['files'][number] {
  const { path, operation } = change;
  return operation === 'rename' ? { path, operation, from: change.from } : { path, operation };
}
