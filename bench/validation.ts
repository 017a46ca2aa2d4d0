import { createHash } from 'node:crypto';
import type { ChangeSet, LayerResult } from '@ids/contracts';
import { PythonService } from '@ids/python';
import { Validator } from '@ids/validation';
import { commandOf, runCold } from './by-hand.js';
import { largeProject, type LargeProject } from './large-project.js';
import { median, type Row } from './report.js';

const WARM_UP = 2;
const REPEATS = 5;
const SETTINGS = { types: true, lint: true, tests: false } as const;

/** Validating a one-file change with types and lint against the same tools started cold by hand, turn by turn. */
export async function validation(): Promise<Row[]> {
  const project = await largeProject();
  const python = new PythonService();
  const validator = new Validator(python);
  const validate = async (turn: number): Promise<LayerResult[]> => {
    const changes = changeOf(project, turn);
    const signal = new AbortController().signal;
    return passed(
      await validator.validateChange({ root: project.path, changes, settings: SETTINGS, signal }),
    );
  };
  try {
    let tools: string[] = [];
    for (let turn = 0; turn < WARM_UP; turn += 1) tools = toolsOf(await validate(turn));
    const commands = await Promise.all(tools.map((tool) => commandOf(tool, project)));
    const own: number[] = [];
    const byHand: number[] = [];
    for (let turn = WARM_UP; turn < WARM_UP + REPEATS; turn += 1) {
      own.push(await timed(() => validate(turn)));
      // By hand the file is edited in place.
      await project.write(project.changed, project.after(turn));
      byHand.push(
        await timed(async () => {
          for (const command of commands) await runCold(command, project.path);
        }),
      );
      await project.write(project.changed, project.before);
    }
    const value = median(byHand.map((each, turn) => each / (own[turn] ?? Number.NaN)));
    return [
      {
        name: `a one-file change of ${project.files} files validated with types and lint, warm: times quicker than its tools started cold by hand`,
        value,
        goal: '>= 3',
        met: value >= 3,
        detail: `${Math.round(median(own))} ms for all layers against ${Math.round(median(byHand))} ms of ${tools.join(' and ')}, ${REPEATS} turns`,
      },
    ];
  } finally {
    await python.close();
    await project.remove();
  }
}

function changeOf({ changed, before, after }: LargeProject, turn: number): ChangeSet {
  return [
    {
      operation: 'modify',
      path: changed,
      before: Buffer.from(before).toString('base64'),
      after: Buffer.from(after(turn)).toString('base64'),
      baseHash: createHash('sha256').update(before).digest('hex'),
    },
  ];
}

/** A layer that was skipped would be quick, and say nothing. */
function passed(layers: LayerResult[]): LayerResult[] {
  const wrong = layers.find(({ layer, status }) => layer !== 'tests' && status !== 'passed');
  if (wrong !== undefined) throw new Error(`The change did not pass: ${JSON.stringify(wrong)}`);
  return layers;
}

/** The tools that judged types and lint, with their versions. */
function toolsOf(layers: readonly LayerResult[]): string[] {
  return layers.flatMap(({ layer, tool }) =>
    (layer === 'types' || layer === 'lint') && tool !== undefined ? [tool] : [],
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
