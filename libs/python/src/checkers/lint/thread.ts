// Runs in a thread of its own: some inputs break an instance of ruff for ever, or take all memory.
// Only what Node.js can strip by itself may stand here, since specs start this file without a build.
import { parentPort } from 'node:worker_threads';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';

let kept: { key: string; workspace: Workspace } | undefined;

function workspaceFor(options: object): Workspace | string {
  const key = JSON.stringify(options);
  if (kept?.key === key) return kept.workspace;
  kept?.workspace.free();
  kept = undefined;
  try {
    kept = { key, workspace: new Workspace(options, PositionEncoding.Utf32) };
    return kept.workspace;
  } catch (error) {
    // What it says of settings is a text or a plain error; one of the instance itself ends the thread.
    if (error instanceof Error && error.name === 'RuntimeError') throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

parentPort?.on('message', ({ text, options }: { text: string; options: object }) => {
  const workspace = workspaceFor(options);
  const answer =
    typeof workspace === 'string' ? { misconfigured: workspace } : { diagnostics: workspace.check(text) };
  parentPort?.postMessage(answer, []);
});
parentPort?.postMessage({ version: Workspace.version() }, []);
