import { describe, expect, it } from '@jest/globals';
import { readIni, readToml } from './settings-files.js';

const TOML = `# requires-python = "no"
name = "top"
[project]
description = """
requires-python = ">=2"
[tool.poetry.dependencies]
"""
keywords = ["a", # "]"
  'requires-python = "3"',
  "[project]",
]
"requires-python" = ">=3.10" # a comment
version = '1"2'
gui-scripts = { serve = "app.main:run", "two words" = 'app.two' }
urls.home = "http://x"
number = 3

[[tool.other]]
requires-python = "none of the project's"
[ tool . poetry . "dependencies" ]
python = "^3.9"
requests = { version = "2", extras = ["x"] }
[project.optional-dependencies]
dev = []
[project.scripts]
go = "app.cli:main"
`;

describe('readToml', () => {
  const tables = readToml(TOML);

  it('gives the texts of each table, none out of comments, arrays and other texts', () => {
    expect(tables.get('project')).toEqual(
      new Map([
        ['description', 'requires-python = ">=2"\n[tool.poetry.dependencies]\n'],
        ['requires-python', '>=3.10'],
        ['version', '1"2'],
      ]),
    );
    expect(tables.get('')).toEqual(new Map([['name', 'top']]));
    expect(tables.get('project.urls')).toEqual(new Map([['home', 'http://x']]));
  });

  it('reads tables within a line, names in quotes, and headers with spaces', () => {
    expect(tables.get('project.gui-scripts')).toEqual(
      new Map([
        ['serve', 'app.main:run'],
        ['two words', 'app.two'],
      ]),
    );
    expect(tables.get('project.scripts')).toEqual(new Map([['go', 'app.cli:main']]));
    expect(tables.get('tool.poetry.dependencies')).toEqual(new Map([['python', '^3.9']]));
    expect(tables.get('tool.poetry.dependencies.requests')).toEqual(new Map([['version', '2']]));
  });

  it('takes anything for a file, and ends', () => {
    for (const text of ['', '[', '"""', '= = =', 'a = [[[', '\0', `x = "${'\\'.repeat(50_000)}`]) {
      expect(readToml(text)).toBeInstanceOf(Map);
    }
  });
});

describe('readIni', () => {
  it('gives the values of each section, those of several lines too', () => {
    const tables = readIni(
      '[metadata]\nname = x\n# no = comment\n[options]\npython_requires = >=3.9\n\n[options.entry_points]\nconsole_scripts =\n    serve = app.main:run\n    other=app.b\n',
    );
    expect(tables.get('options')?.get('python_requires')).toBe('>=3.9');
    expect(tables.get('options.entry_points')?.get('console_scripts')).toBe(
      '\nserve = app.main:run\nother=app.b',
    );
    expect(tables.get('metadata')).toEqual(new Map([['name', 'x']]));
  });
});
