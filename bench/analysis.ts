import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment, listPythonFiles, PythonService } from '@ids/python';
import { connectRedis, RedisAnalysisCache, untilReady } from '@ids/store';
import { startRedis } from '@ids/testing';
import { BareParse } from './bare-parse.js';
import { childProcesses } from './child-processes.js';
import { median, type Row } from './report.js';

const REPEATS = 5;
/** More than any standard library has. */
const FILES = 10_000;
/** Files that are analyzed one by one, at the same time. */
const AT_ONCE = 64;

interface Library {
  readonly root: string;
  readonly paths: readonly string[];
}

/** What each contender took for all files, in milliseconds, turn by turn. */
type Times = Record<'bare' | 'one' | 'two' | 'whole' | 'warm', number[]>;

/** Analysis of the standard library against a bare `ast.parse` loop over it, turn by turn in one run. */
export async function analysis(): Promise<Row[]> {
  const one = new PythonService({ processes: 1 });
  const { executable } = await one.info();
  const library = await standardLibrary(executable);
  const two = new PythonService({ processes: 2 });
  const server = await startRedis();
  const redis = connectRedis(server.url, 'producer');
  await untilReady(redis, 10_000);
  const failures: unknown[] = [];
  const cache = new RedisAnalysisCache(redis, (error) => void failures.push(error));
  const cached = new PythonService({ processes: 2, cache });
  const bare = new BareParse(
    executable,
    library.paths.map((path) => join(library.root, path)),
  );
  const contenders: Record<keyof Times, () => Promise<void>> = {
    bare: () => bare.run(),
    one: () => folder(one, library),
    two: () => folder(two, library),
    whole: () => wholeFiles(two, library),
    warm: () => folder(cached, library),
  };
  try {
    const times = await inTurns(contenders);
    if (failures.length > 0) throw new Error('the cache failed', { cause: failures[0] });
    return [...rowsOf(times, library.paths.length), await memory(library)];
  } finally {
    await Promise.all([one, two, cached].map((service) => service.close()));
    await bare.close();
    redis.disconnect();
    await server.stop();
  }
}

/** The first turn warms the processes, the system's file cache and the cache of analyses; it does not count. */
async function inTurns(contenders: Record<keyof Times, () => Promise<void>>): Promise<Times> {
  const times: Times = { bare: [], one: [], two: [], whole: [], warm: [] };
  for (let repeat = 0; repeat <= REPEATS; repeat += 1) {
    for (const name of ['bare', 'one', 'two', 'whole', 'warm'] as const) {
      const start = performance.now();
      await contenders[name]();
      if (repeat > 0) times[name].push(performance.now() - start);
    }
  }
  return times;
}

function rowsOf(times: Times, files: number): Row[] {
  const row = (name: keyof Times, what: string, least?: number): Row => {
    const value = median(times.bare.map((bare, turn) => bare / (times[name][turn] ?? Number.NaN)));
    const [own, bare] = [times[name], times.bare].map((each) => Math.round((files / median(each)) * 1_000));
    return {
      name: `files a second of the standard library ${what}, against a bare ast.parse loop in one process`,
      value,
      goal: least === undefined ? '' : `>= ${least}`,
      met: least === undefined || value >= least,
      detail: `${own} against ${bare} of ${files} files, ${REPEATS} turns`,
    };
  };
  return [
    row('one', 'analyzed cold on one process', 0.9),
    row('two', 'analyzed cold on two processes', 1.7),
    row('whole', 'analyzed cold file by file on two processes, all of each analysis'),
    row('warm', 'from the cache', 20),
  ];
}

/** What the processes of a pool of two hold after they have analyzed all files. */
async function memory(library: Library): Promise<Row> {
  const before = new Set((await childProcesses()).map(({ pid }) => pid));
  const python = new PythonService({ processes: 2 });
  try {
    await folder(python, library);
    const pool = (await childProcesses()).filter(({ pid }) => !before.has(pid));
    if (pool.length === 0) throw new Error('the pool has no process');
    const sizes = pool.map(({ residentMb }) => residentMb);
    return {
      name: 'memory of a pool of two processes after the standard library, MiB',
      value: sizes.reduce((sum, size) => sum + size, 0),
      goal: '',
      met: true,
      detail: `resident: ${sizes.map((size) => size.toFixed(0)).join(' and ')}; at most ${Math.max(...pool.map(({ peakMb }) => peakMb)).toFixed(0)} in one`,
    };
  } finally {
    await python.close();
  }
}

async function standardLibrary(executable: string): Promise<Library> {
  const ask = 'import sysconfig; print(sysconfig.get_path("stdlib"))';
  const { stdout } = await promisify(execFile)(executable, ['-I', '-S', '-c', ask], {
    env: childEnvironment(),
    cwd: '/',
  });
  const root = stdout.trim();
  const { paths, truncated } = await listPythonFiles(root, '', FILES);
  if (truncated || paths.length === 0) throw new Error(`${root} is not to be measured`);
  return { root, paths };
}

async function folder(python: PythonService, { root, paths }: Library): Promise<void> {
  const summary = await python.analyzeFolder(root, '', { files: FILES });
  if (summary.files !== paths.length) throw new Error(`${summary.files} files instead of ${paths.length}`);
}

async function wholeFiles(python: PythonService, { root, paths }: Library): Promise<void> {
  const waiting = [...paths];
  const lane = async (): Promise<void> => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      // What cannot be parsed is an answer too.
      await python.analyzeFile(root, path).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
