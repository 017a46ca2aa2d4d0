import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { applyReply, compileErrors, runPython, subjectOf } from '../../test/support.js';
import { editsOf } from './edits.js';

// Python starts slowly on a machine that is busy with other tests.
jest.setTimeout(30_000);

const EXAMPLE = join(import.meta.dirname, '../../../../examples/vessels');
const PATH = 'app/vessel.py';

describe('"Add logging to app/vessel.py", the change of the demo', () => {
  let changed = '';

  beforeAll(async () => {
    const files = { [PATH]: await readFile(join(EXAMPLE, PATH), 'utf8') };
    changed = applyReply(files, editsOf(subjectOf(`Add logging to ${PATH}`, files)))[PATH] ?? '';
  });

  it('sorts the import in, and makes one logger after the imports', async () => {
    expect(await compileErrors([changed])).toEqual(['']);
    expect(changed).toContain(
      [
        '"""Vessels and the fleet that they sail in."""',
        '',
        'import logging',
        'from collections.abc import Iterator',
        'from dataclasses import dataclass',
        '',
        'logger = logging.getLogger(__name__)',
        '',
        '',
        'class FleetError(Exception):',
      ].join('\n'),
    );
  });

  it('says what changed and what was refused, with lazy arguments, and leaves the rest alone', () => {
    const calls = changed.split('\n').filter((line) => /^\s+logger\./.test(line));
    expect(calls.map((line) => line.trim())).toEqual([
      'logger.warning("Invalid Vessel: a vessel needs a name")',
      'logger.warning(',
      'logger.warning("Cannot add: %s is in the fleet already", vessel.name)',
      'logger.info("Added to fleet: vessel=%s", vessel.name)',
      'logger.info("Removed from fleet: name=%s", name)',
      'logger.warning("Cannot find: there is no %s in the fleet", name)',
    ]);
    expect(Math.max(...changed.split('\n').map((line) => line.length))).toBeLessThanOrEqual(88);
  });

  it('runs, and logs what it says', async () => {
    const program = `
import logging, sys, types
logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(name)s %(message)s", stream=sys.stdout)
vessel = types.ModuleType("vessel")
sys.modules["vessel"] = vessel
exec(compile(${JSON.stringify(changed)}, "vessel.py", "exec", dont_inherit=True), vessel.__dict__)
fleet = vessel.Fleet()
fleet.add(vessel.Vessel("Aurora", 5))
for wrong in (lambda: fleet.add(vessel.Vessel("Aurora", 1)), lambda: fleet.find("B"), lambda: vessel.Vessel("C", -1)):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__)
fleet.remove("Aurora")
`;
    expect((await runPython(program)).trim().split('\n')).toEqual([
      'INFO vessel Added to fleet: vessel=Aurora',
      'WARNING vessel Cannot add: Aurora is in the fleet already',
      'DuplicateVesselError',
      'WARNING vessel Cannot find: there is no B in the fleet',
      'UnknownVesselError',
      'WARNING vessel Invalid Vessel: the capacity of C must not be negative',
      'ValueError',
      'INFO vessel Removed from fleet: name=Aurora',
    ]);
  });

  it('finds nothing more to do in its own work', () => {
    const subject = subjectOf(`Add logging to ${PATH}`, { [PATH]: changed });
    expect(() => editsOf(subject)).toThrow(expect.objectContaining({ code: 'no_changes' }));
  });
});
