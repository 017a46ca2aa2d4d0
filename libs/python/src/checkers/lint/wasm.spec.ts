import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeProject, type TestProject } from '@ids/testing';
import { WasmRuff } from './wasm.js';

/** A thread in the place of ruff's, which can be told to misbehave. */
const THREAD = `import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ text }) => {
  if (text === 'stall') for (;;);
  if (text === 'exit') process.exit(3);
  if (text === 'throw') throw new Error('unreachable');
  parentPort.postMessage(text === 'nonsense' ? { a: 1 } : { diagnostics: [] });
});
parentPort.postMessage({ version: '9.9.9' });
`;

describe('WasmRuff', () => {
  let folder: TestProject;
  let ruff: WasmRuff;
  beforeEach(async () => {
    folder = await makeProject({ 'thread.mjs': THREAD });
    ruff = new WasmRuff({ milliseconds: 3_000, thread: pathToFileURL(join(folder.path, 'thread.mjs')) });
  });
  afterEach(async () => {
    await ruff.close();
    await folder.remove();
  });
  const check = (text: string, signal?: AbortSignal) => ruff.check({ text, file: '', options: {}, signal });

  it('says its version before it has judged anything', async () => {
    expect(await ruff.name()).toBe('ruff 9.9.9 (WebAssembly)');
  });

  it.each([
    ['stall', 'it took longer than 3 s'],
    ['exit', 'its thread ended with code 3'],
    ['throw', 'unreachable'],
    ['nonsense', 'Invalid input'],
  ])('survives a thread that does this: %s', async (text, reason) => {
    const [broken, next] = await Promise.allSettled([check(text), check('fine')]);
    expect(broken).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining(reason) },
    });
    expect(next).toEqual({ status: 'fulfilled', value: { messages: [] } });
  });

  it('ends what it is at when the judgement is given up', async () => {
    const stopped = new AbortController();
    await ruff.name();
    const running = check('stall', stopped.signal);
    stopped.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
    expect(await check('fine')).toEqual({ messages: [] });
  });
});
