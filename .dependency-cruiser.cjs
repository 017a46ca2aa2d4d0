// Who may import whom (DESIGN section 1). `npm test` runs it, and test/architecture proves that it bites.

/** What each library may import of the others; itself always. `testing` may be imported by specs only. */
const BASE = ['kernel', 'contracts', 'config', 'observability'];
const LIBRARIES = {
  kernel: [],
  contracts: ['kernel'],
  config: ['kernel'],
  observability: ['kernel', 'config'],
  // Text forms of what the contracts hold, for a terminal and a chat.
  rendering: ['kernel', 'contracts'],
  store: BASE,
  queue: BASE,
  llm: BASE,
  python: BASE,
  workspace: BASE,
  parliament: [...BASE, 'llm'],
  generation: [...BASE, 'llm', 'python'],
  validation: [...BASE, 'python'],
  saga: [...BASE, 'store', 'queue'],
};
const APPS = {
  // A producer only: it never does a stage's work, so it cannot even name a stage library.
  gateway: [...BASE, 'rendering', 'store', 'queue', 'workspace', 'saga'],
  worker: Object.keys(LIBRARIES),
  // A client of the HTTP API; `ids doctor` looks for the tools as a worker on this machine would.
  cli: [...BASE, 'python', 'rendering'],
  // Shares the schemas of the HTTP API, nothing else.
  console: ['kernel', 'contracts'],
};

/** Specs, and what only specs use. */
const SPEC = '(?:[.](int-)?spec[.]ts$|\\btest/)';

function mayImport(folder, name, allowed) {
  const own = folder === 'libs' ? [name, ...allowed] : allowed;
  const apps = folder === 'apps' ? `apps/(?!${name}/)` : 'apps/';
  const others = `^(?:libs/(?!(?:${own.join('|')})/)|${apps})`;
  return [
    {
      name: `${name}-imports-only-what-it-may`,
      severity: 'error',
      comment: `${folder}/${name} may import: ${allowed.join(', ') || 'no other library'} (DESIGN section 1)`,
      from: { path: `^${folder}/${name}/`, pathNot: SPEC },
      to: { path: others },
    },
    {
      name: `${name}-specs-import-only-what-they-may`,
      severity: 'error',
      comment: `specs of ${folder}/${name} may import testing besides what ${name} itself may`,
      from: { path: `^${folder}/${name}/.*${SPEC}` },
      to: { path: others, pathNot: '^libs/testing/' },
    },
  ];
}

module.exports = {
  forbidden: [
    ...Object.entries(LIBRARIES).flatMap(([name, allowed]) => mayImport('libs', name, allowed)),
    ...Object.entries(APPS).flatMap(([name, allowed]) => mayImport('apps', name, allowed)),
    {
      name: 'every-library-has-its-line',
      severity: 'error',
      comment: 'a new library or app needs a line in .dependency-cruiser.cjs',
      from: {
        path: '^(libs|apps)/',
        pathNot: `^(?:libs/(?:testing|${Object.keys(LIBRARIES).join('|')})|apps/(?:${Object.keys(APPS).join('|')}))/`,
      },
      to: {},
    },
    {
      name: 'no-deep-imports',
      severity: 'error',
      comment: 'a library is used through its index.ts',
      from: { path: '^(libs/[^/]+|apps|test|bench)/' },
      to: { path: '^libs/[^/]+/src/(?!index[.]ts$)', pathNot: '^$1/' },
    },
    {
      name: 'testing-is-for-specs',
      severity: 'error',
      comment: 'libs/testing is imported by specs, test/ and bench/ only',
      from: { path: '^(libs|apps)/', pathNot: `^libs/testing/|${SPEC}` },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'testing-imports-no-app',
      severity: 'error',
      from: { path: '^libs/testing/' },
      to: { path: '^apps/' },
    },
    {
      name: 'only-queue-imports-bullmq',
      severity: 'error',
      comment: 'go through @ids/queue',
      from: { path: '^(libs|apps)/', pathNot: '^libs/queue/' },
      to: {
        path: 'node_modules/(bullmq|@nestjs/(bullmq|bull-shared))/|^(bullmq|@nestjs/(bullmq|bull-shared))',
      },
    },
    {
      name: 'only-llm-imports-openai',
      severity: 'error',
      comment: 'go through the model port of @ids/llm',
      from: { path: '^(libs|apps)/', pathNot: '^libs/llm/' },
      to: { path: 'node_modules/openai/|^openai' },
    },
    {
      name: 'only-telegram-imports-telegraf',
      severity: 'error',
      comment: 'go through BotApi of apps/gateway/src/telegram',
      from: { path: '^(libs|apps)/', pathNot: '^apps/gateway/src/telegram/' },
      to: { path: 'node_modules/telegraf/|^telegraf' },
    },
    {
      name: 'no-circle',
      severity: 'error',
      comment: 'files that import each other in a circle (types apart)',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'an import that leads nowhere',
      from: {},
      // `sarif` is a package of types only.
      to: { couldNotResolve: true, pathNot: '^sarif$' },
    },
    {
      name: 'declared-packages',
      severity: 'error',
      comment: 'a package that package.json does not name',
      from: { path: '^(libs|apps)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-packages-at-run-time',
      severity: 'error',
      comment: 'a package of devDependencies is not there in an image',
      from: { path: '^(libs|apps)/', pathNot: `^libs/testing/|^apps/console/|${SPEC}` },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
