import { describe, expect, it } from '@jest/globals';
import type { Finding, LayerResult, ValidateAnswer } from '@ids/contracts';
import type { Log } from 'sarif';
import { sarifOf } from './sarif.js';

const finding: Finding = {
  path: 'app/vessel.py',
  line: 3,
  column: 5,
  code: 'F821',
  severity: 'error',
  message: 'Undefined name `speed`',
};
const place = { project: 'fleet', prefix: '' };

function logOf(findings: readonly Partial<Finding>[], rest: Partial<LayerResult> = {}, prefix = ''): Log {
  const full = findings.map((each) => ({ ...finding, ...each }));
  const layer: LayerResult = { layer: 'lint', status: 'failed', findings: full, ...rest };
  return sarifOf({ passed: false, layers: [layer] }, { ...place, prefix });
}

const resultsOf = (log: Log) => log.runs[0]?.results ?? [];
const prints = (log: Log) =>
  resultsOf(log).map((result) => Object.values(result.partialFingerprints ?? {})[0]);

/** What SARIF 2.1.0 asks for, of the parts that are written here. A list of what is wrong. */
function wrongWith({ version, runs }: Log): string[] {
  const wrong: string[] = [];
  const check = (holds: boolean, what: string): void => void (holds || wrong.push(what));
  check(version === '2.1.0' && runs.length === 1, 'version and one run');
  for (const { tool, results = [], originalUriBaseIds = {}, columnKind, invocations = [] } of runs) {
    const rules = tool.driver.rules ?? [];
    check(new Set(rules.map(({ id }) => id)).size === rules.length, 'rules are unique');
    check(columnKind === 'unicodeCodePoints', 'columns are characters');
    check(
      invocations.every((each) => typeof each.executionSuccessful === 'boolean'),
      'invocations say how it went',
    );
    for (const { ruleId, ruleIndex = -1, level, message, locations = [] } of results) {
      check(rules[ruleIndex]?.id === ruleId, `the rule of ${ruleId}`);
      check(['error', 'warning', 'note'].includes(level ?? ''), `the level ${level}`);
      check((message.text ?? '') !== '', 'a message');
      for (const { physicalLocation } of locations) {
        const { uri = '', uriBaseId = '' } = physicalLocation?.artifactLocation ?? {};
        check(/^(?:[\w.~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$/.test(uri) && !uri.startsWith('/'), `the URI ${uri}`);
        check(uriBaseId in originalUriBaseIds, `the base of ${uri}`);
        const { startLine = 1, startColumn = 1 } = physicalLocation?.region ?? {};
        check(startLine >= 1 && startColumn >= 1, 'lines and columns from 1');
      }
    }
  }
  return wrong;
}

describe('SARIF', () => {
  it('has a run with rules, results, and what was skipped', () => {
    const answer: ValidateAnswer = {
      passed: false,
      layers: [
        { layer: 'syntax', status: 'passed', findings: [], tool: 'CPython 3.11.7' },
        {
          layer: 'lint',
          status: 'failed',
          findings: [finding, { ...finding, line: 9 }, { ...finding, code: 'F401', severity: 'warning' }],
        },
        { layer: 'types', status: 'skipped', findings: [], reason: 'mypy is not installed' },
        { layer: 'tests', status: 'skipped', findings: [], reason: 'not enabled' },
      ],
    };
    const log = sarifOf(answer, place);
    const [run] = log.runs;
    expect(wrongWith(log)).toEqual([]);
    expect(run?.tool.driver).toMatchObject({ name: 'IDS', rules: [{ id: 'F821' }, { id: 'F401' }] });
    expect(resultsOf(log).map(({ level, ruleIndex }) => [level, ruleIndex])).toEqual([
      ['error', 0],
      ['error', 0],
      ['warning', 1],
    ]);
    expect(resultsOf(log)[0]).toMatchObject({
      message: { text: 'Undefined name `speed`' },
      properties: { layer: 'lint' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'app/vessel.py', uriBaseId: 'SRCROOT' },
            region: { startLine: 3, startColumn: 5 },
          },
        },
      ],
    });
    expect(run?.invocations?.[0]?.toolExecutionNotifications).toMatchObject([
      { level: 'warning', message: { text: 'The layer types was skipped: mypy is not installed' } },
      { level: 'note', properties: { layer: 'tests' } },
    ]);
  });

  it('leaves out a line or column that is not known, and the place of what has none', () => {
    const log = logOf([{ column: 0 }, { line: 0, column: 0 }, { path: '.', line: 0, column: 0 }]);
    const places = resultsOf(log).map(
      ({ locations }) => locations?.[0]?.physicalLocation?.region ?? locations,
    );
    expect(places[0]).toEqual({ startLine: 3 });
    expect(places[1]).toHaveLength(1);
    expect(places[2]).toBeUndefined();
    expect(wrongWith(log)).toEqual([]);
  });

  it('encodes names of files, and puts the folder of the project before them', () => {
    const names = ['a b/ü#?%.py', 'c:/x.py', '\ud800.py', '\u001b[2J\n.py', '日本.py'];
    const log = logOf(
      names.map((path) => ({ path })),
      {},
      'my services/one',
    );
    expect(wrongWith(log)).toEqual([]);
    const uri = resultsOf(log)[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri;
    expect(uri).toBe('my%20services/one/a%20b/%C3%BC%23%3F%25.py');
  });

  it('keeps the fingerprint of a finding that moves, and tells two alike apart', () => {
    const [before, twin] = prints(logOf([{}, { line: 40 }]));
    expect(prints(logOf([{ line: 103, column: 1 }]))).toEqual([before]);
    expect(twin).not.toBe(before);
    expect(new Set(prints(logOf([{}, { path: 'b.py' }, { code: 'E1' }, { message: 'x' }]))).size).toBe(4);
  });

  it('has a message and a rule also where a tool gave none, without control characters', () => {
    const log = logOf([
      { code: '', message: '\u001b[2J' },
      { code: 'a b', message: '\u0000x' },
    ]);
    expect(wrongWith(log)).toEqual([]);
    expect(resultsOf(log).map(({ ruleId, message }) => [ruleId, message.text])).toEqual([
      ['finding', 'finding'],
      ['a-b', 'x'],
    ]);
  });
});
