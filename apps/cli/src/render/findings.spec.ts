import { describe, expect, it } from '@jest/globals';
import type { Finding, ValidateAnswer } from '@ids/contracts';
import { renderValidation } from './findings.js';
import { PLAIN } from './style.js';
import { displayWidth } from './text.js';

const finding = (place: Partial<Finding>): Finding => ({
  path: 'app/vessel.py',
  line: 3,
  column: 5,
  code: 'F821',
  severity: 'error',
  message: 'Undefined name `speed`',
  ...place,
});

const answer: ValidateAnswer = {
  passed: false,
  comparison: {
    against: 'staged',
    commit: '0123456789abcdef',
    files: [
      { path: 'app/vessel.py', operation: 'modify' },
      { path: 'app/new.py', operation: 'create' },
      { path: 'app/b.py', operation: 'rename', from: 'app/a.py' },
    ],
  },
  layers: [
    { layer: 'syntax', status: 'passed', findings: [], tool: 'CPython 3.11.7', milliseconds: 2 },
    {
      layer: 'imports',
      status: 'failed',
      findings: [
        finding({
          path: 'app/new.py',
          code: 'import-missing',
          message: 'There is no module named `vesel`; did you mean `vessel`?',
        }),
      ],
      tool: 'CPython 3.11.7',
      milliseconds: 68,
      existing: 3,
    },
    {
      layer: 'lint',
      status: 'failed',
      findings: [
        finding({ line: 9 }),
        finding({ code: 'F401', severity: 'warning', column: 0, message: 'unused' }),
      ],
      tool: 'ruff 0.17.4',
      milliseconds: 1_130,
    },
    { layer: 'tests', status: 'skipped', findings: [], reason: 'not enabled' },
  ],
};

describe('a validation on a terminal', () => {
  it('groups findings by file, then tells of the layers and of the verdict', () => {
    expect(renderValidation(answer, PLAIN)).toEqual([
      'What is staged against HEAD (0123456789): 1 new, 1 modified, 1 renamed',
      '',
      'app/new.py: 1 error',
      '  ✗ 3:5 import-missing There is no module named `vesel`; did you mean `vessel`?',
      'app/vessel.py: 1 error, 1 warning',
      '  ! 3 F401 unused',
      '  ✗ 9:5 F821 Undefined name `speed`',
      '',
      '  ✓ syntax   passed   CPython 3.11.7, 2 ms',
      '  ✗ imports  failed   CPython 3.11.7, 68 ms, 3 older findings not counted',
      '  ✗ lint     failed   ruff 0.17.4, 1130 ms',
      '  – tests    skipped  not enabled',
      'Validation failed: 2 errors, 1 warning in 2 files; 3 older findings not counted; 1.2 s',
    ]);
  });

  it('says that warnings failed it where --strict was given', () => {
    const findings = [finding({ severity: 'warning' })];
    const warned: ValidateAnswer = {
      passed: true,
      layers: [{ layer: 'lint', status: 'warnings', findings }],
    };
    const last = (strict: boolean) => renderValidation(warned, PLAIN, { strict }).at(-1);
    expect(last(false)).toBe('Validation passed: 1 warning in 1 file');
    expect(last(true)).toBe('Validation failed: 1 warning in 1 file; --strict takes no warning');
  });

  it('says where nothing differs, and of a HEAD without a commit', () => {
    const comparison = { against: 'head', commit: null, files: [] } as const;
    const lines = renderValidation(
      { passed: true, layers: [], comparison: { ...comparison, files: [] } },
      PLAIN,
    );
    expect(lines[0]).toBe('The working tree against a HEAD without a commit: no file that matters');
  });

  it('fits into 80 columns and shows nothing that moves the cursor', () => {
    const odd = finding({
      path: `a\u001b[2J\n${'ü'.repeat(90)}.py`,
      message: `\u001b]0;x\u0007${'word '.repeat(60)}\n\u202eend`,
    });
    const whole = finding({ path: '.', line: 0, column: 0, message: 'all of it' });
    const lines = renderValidation(
      { passed: false, layers: [{ layer: 'types', status: 'failed', findings: [odd, whole] }] },
      PLAIN,
    );
    expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([]);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(lines.slice(0, 2)).toEqual(['The project as a whole: 1 error', '  ✗ F821 all of it']);
  });

  it('bounds what it shows, and says that there is more', () => {
    const many = Array.from({ length: 40 }, (_, index) => finding({ line: index + 1 }));
    const files = Array.from({ length: 50 }, (_, index) => finding({ path: `f${index}.py` }));
    const findings = [...many, ...files];
    const lines = renderValidation(
      { passed: false, layers: [{ layer: 'lint', status: 'failed', findings }] },
      PLAIN,
    );
    expect(lines).toContain('    and 10 more; --json has all');
    expect(lines).toContain('and 11 files more; --json has all');
  });
});
