// Runs in a thread of its own: some inputs break an instance of ruff for ever, or take all memory.
// Only what Node.js can strip by itself may stand here, since specs start this file without a build.
import { parentPort } from 'node:worker_threads';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';

parentPort?.on(
  'message',
  ({ text, select, ignore }: { text: string; select: string[]; ignore: string[] }) => {
    const workspace = new Workspace({ lint: { select, ignore } }, PositionEncoding.Utf32);
    try {
      parentPort?.postMessage({ version: Workspace.version(), diagnostics: workspace.check(text) }, []);
    } finally {
      workspace.free();
    }
  },
);
