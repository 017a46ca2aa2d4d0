function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Options of ruff's top level that say what is found and how. */
export const GENERAL = words('line-length indent-width preview builtins');

/** Those of `lint`; none of them names a file, a program or an address. */
const PLAIN = words(`
  allowed-confusables dummy-variable-rgx explicit-preview-rules external future-annotations
  ignore-init-module-imports logger-objects preview task-tags typing-extensions typing-modules
`);
/** The same holds for the tables of the plugins. */
const PLUGINS = words(`
  flake8-annotations flake8-bandit flake8-boolean-trap flake8-bugbear flake8-builtins flake8-comprehensions
  flake8-copyright flake8-errmsg flake8-gettext flake8-implicit-str-concat flake8-import-conventions
  flake8-pytest-style flake8-quotes flake8-self flake8-tidy-imports flake8-type-checking
  flake8-unused-arguments isort mccabe pep8-naming pycodestyle pydoclint pydocstyle pyflakes pylint pyupgrade
  ruff
`);
export const LINT = [...PLAIN, ...PLUGINS];

const SELECTING = words('select ignore extend-select extend-ignore exclude per-file-ignores');
const FIXING = words(`
  fixable unfixable extend-fixable extend-unfixable extend-safe-fixes extend-unsafe-fixes
`);
/** Every option of `lint` that is taken, worked out for each file, or of no weight for what is found. */
export const KNOWN_IN_LINT = new Set([...LINT, ...SELECTING, 'extend-per-file-ignores', ...FIXING]);

const ELSEWHERE = words(`
  extend exclude extend-exclude target-version per-file-target-version src namespace-packages lint
  format analyze cache-dir output-format output-prefer-rule-codes show-fixes show-source fix unsafe-fixes fix-only
  force-exclude include extend-include respect-gitignore extension tab-size
`);
/** The same of the top level, where options of `lint` may still stand. */
export const KNOWN_AT_TOP = new Set([...GENERAL, ...ELSEWHERE, ...KNOWN_IN_LINT]);
