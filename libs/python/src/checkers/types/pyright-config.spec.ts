import { describe, expect, it } from '@jest/globals';
import { pyrightConfig } from './pyright-config.js';
import type { TypeSettings } from './settings.js';

const PLACES = {
  tree: 'tree',
  paths: ['app/a.py'],
  roots: ['src'],
  pythonVersion: '3.11',
  environment: ['/private', 'environment'],
} as const;
const NONE: TypeSettings = { mypy: null, pyright: null, roots: [], excluded: [], importers: [], note: null };
const pyright = (options: Record<string, unknown>): TypeSettings => ({
  ...NONE,
  pyright: { source: 'pyrightconfig.json', options, broken: null },
});
const mypy = (options: Record<string, string>): TypeSettings => ({
  ...NONE,
  mypy: { source: 'mypy.ini', options, modules: [], broken: null },
});

describe("our configuration of pyright from a project's", () => {
  it('says itself what is judged and where packages are', () => {
    const ours = {
      include: ['tree/app/a.py'],
      exclude: [],
      extraPaths: ['tree', 'tree/src'],
      venvPath: '/private',
      venv: 'environment',
    };
    expect(pyrightConfig(NONE, PLACES)).toEqual({
      options: { ...ours, pythonVersion: '3.11', pythonPlatform: 'Linux', stubPath: 'tree/typings' },
      refused: [],
    });
    const theirs = { include: ['/etc'], venvPath: '/x', venv: 'y', extraPaths: ['lib'] };
    expect(pyrightConfig(pyright(theirs), PLACES)).toMatchObject({
      options: { ...ours, extraPaths: ['tree', 'tree/src', 'tree/lib'] },
      refused: ['venvPath', 'venv'],
    });
  });

  it('takes rules, modes and paths below the project', () => {
    const options = {
      typeCheckingMode: 'strict',
      reportPrivateUsage: 'warning',
      reportUnusedImport: false,
      pythonVersion: '3.9',
      pythonPlatform: 'Darwin',
      strictListInference: true,
      stubPath: './stubs',
      ignore: ['**/generated'],
      exclude: ['old'],
      strict: ['app'],
      defineConstant: { DEBUG: true },
      executionEnvironments: [{ root: 'tests', extraPaths: ['lib'], reportPrivateUsage: false }],
    };
    const { options: found, refused } = pyrightConfig(pyright(options), PLACES);
    expect(found).toMatchObject({
      ...options,
      stubPath: 'tree/stubs',
      ignore: ['tree/**/generated', 'tree/old'],
      exclude: [],
      strict: ['tree/app'],
      executionEnvironments: [
        { root: 'tree/tests', extraPaths: ['tree', 'tree/lib'], reportPrivateUsage: false },
      ],
    });
    expect(refused).toEqual([]);
  });

  it.each([
    ['typeshedPath', 'x'],
    ['pythonPath', '/usr/bin/python3'],
    ['extends', '../base.json'],
    ['baselineFile', 'x'],
    ['stubPath', '../stubs'],
    ['extraPaths', ['lib', '/etc']],
    ['ignore', ['a/../../b']],
    ['typeCheckingMode', 'wild'],
    ['reportPrivateUsage', { a: 1 }],
    ['executionEnvironments', [{ root: '..' }]],
    ['executionEnvironments', [{ root: 'a', venv: 'x' }]],
    ['anOptionOfTheFuture', true],
  ])('refuses %s: %j', (name, value) => {
    const { options, refused } = pyrightConfig(pyright({ [name]: value }), PLACES);
    expect(refused).toEqual([name]);
    expect(options).toEqual(pyrightConfig(pyright({}), PLACES).options);
  });

  it('means by settings of mypy what they mean for pyright', () => {
    const plain = pyrightConfig(mypy({ python_version: '3.9', platform: 'win32' }), PLACES).options;
    expect(plain).toMatchObject({
      pythonVersion: '3.9',
      pythonPlatform: 'Windows',
      analyzeUnannotatedFunctions: false,
    });
    expect(plain).not.toHaveProperty('reportMissingParameterType');
    expect(pyrightConfig(mypy({ strict: 'True' }), PLACES).options).toMatchObject({
      analyzeUnannotatedFunctions: true,
      reportMissingParameterType: 'error',
      reportMissingTypeArgument: 'error',
    });
  });
});
