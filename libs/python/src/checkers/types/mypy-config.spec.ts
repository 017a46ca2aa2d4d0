import { describe, expect, it } from '@jest/globals';
import { mypyConfig } from './mypy-config.js';
import type { MypySettings } from './settings.js';

const settings = (options: MypySettings['options'], modules: MypySettings['modules'] = []): MypySettings => ({
  source: 'mypy.ini',
  options,
  modules,
  broken: null,
});

describe("our configuration of mypy from a project's", () => {
  it('takes what says which errors there are, for the project and for single modules', () => {
    const { ini, refused } = mypyConfig(
      settings(
        {
          strict: 'true',
          no_implicit_optional: 'True',
          allow_untyped_defs: '1',
          python_version: '3.10',
          follow_imports: 'silent',
          disable_error_code: 'misc,\n  attr-defined',
          always_true: ['DEBUG', 'OTHER'],
          pretty: 'true',
          show_error_codes: 'true',
          files: 'src',
        },
        [{ patterns: ['app.*', 'tests'], options: { ignore_errors: 'true' } }],
      ),
      '3.11',
    );
    expect(ini.split('\n')).toEqual([
      '[mypy]',
      'strict = true',
      'no_implicit_optional = True',
      'allow_untyped_defs = 1',
      'python_version = 3.10',
      'follow_imports = silent',
      'disable_error_code = misc, attr-defined',
      'always_true = DEBUG, OTHER',
      '[mypy-app.*]',
      'ignore_errors = true',
      '[mypy-tests]',
      'ignore_errors = true',
      '',
    ]);
    expect(refused).toEqual([]);
  });

  it.each([
    'plugins',
    'python_executable',
    'custom_typeshed_dir',
    'custom_typing_module',
    'cache_dir',
    'junit_xml',
    'html_report',
    'any_exprs_report',
    'num_workers',
    'shadow_file',
    'quickstart_file',
    'package_root',
    'bazel',
    'pdb',
    'install_types',
    'an_option_of_the_future',
  ])('refuses %s, and names it', (name) => {
    const { ini, refused } = mypyConfig(
      settings({ [name]: 'true' }, [{ patterns: ['a'], options: { [name]: 'x' } }]),
      '3.11',
    );
    expect(ini).toBe('[mypy]\npython_version = 3.11\n[mypy-a]\n');
    expect(refused).toEqual([name]);
  });

  it.each([
    [{ strict: 'true\nplugins = evil.py' }, 'strict'],
    [{ python_version: '3.11\n[mypy]\nplugins = evil.py' }, 'python_version'],
    [{ follow_imports: 'normal\rplugins = evil.py' }, 'follow_imports'],
    [{ always_true: ['A\nplugins = evil.py'] }, 'always_true'],
    [{ disable_error_code: 'a = b' }, 'disable_error_code'],
    [{ 'strict = 1\nplugins': 'evil.py' }, 'an option with an odd name'],
  ] as const)('lets no value become an option: %j', (options, name) => {
    const written = Object.fromEntries(
      Object.entries(options).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
    );
    const { ini, refused } = mypyConfig(settings(written), '3.11');
    expect(ini).not.toMatch(/^\s*plugins\s*=/m);
    expect(refused.length + Number(ini.includes('always_true = '))).toBeGreaterThan(0);
    expect(refused.every((each) => each === name)).toBe(true);
  });

  it('lets no pattern of modules become a section', () => {
    const modules = [{ patterns: ['a]\nplugins = x\n[b', 'c'], options: { ignore_errors: 'true' } }];
    expect(mypyConfig(settings({}, modules), '3.11').ini).toBe(
      '[mypy]\npython_version = 3.11\n[mypy-c]\nignore_errors = true\n',
    );
  });

  it('takes folders of mypy_path below the project only', () => {
    const { folders, refused } = mypyConfig(
      settings({ mypy_path: 'lib, $MYPY_CONFIG_FILE_DIR/stubs:../other,/etc,~/x,$HOME,a/../../b' }),
      '3.11',
    );
    expect(folders).toEqual(['lib', 'stubs']);
    expect(refused).toEqual(['mypy_path out of the project']);
  });
});
