import type { Context } from '../context.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { renderAnalysis } from '../render/analysis.js';
import { renderDiff } from '../render/diff.js';
import { renderStory } from '../render/story.js';
import { table } from '../render/table.js';
import { cleanLine } from '../render/text.js';

export async function showStatus(context: Context, id: string | undefined): Promise<number> {
  const session = await context.session(id);
  context.result(session, renderStory(session, context.out));
  return exitCodeOf(session);
}

export interface SessionsOptions {
  readonly project?: string;
  readonly status?: string;
  readonly limit: number;
}

export async function listSessions(context: Context, options: SessionsOptions): Promise<number> {
  const { project, status, limit } = options;
  const sessions = await context.client.sessions({ project, status, limit });
  const rows = sessions.map((each) => [each.id, each.status, each.project, cleanLine(each.task)]);
  const columns = [
    { title: 'session' },
    { title: 'status' },
    { title: 'project' },
    { title: 'task', flexible: true },
  ];
  const lines = rows.length === 0 ? ['No sessions.'] : table(columns, rows, context.out.width);
  context.result(sessions, lines);
  return EXIT.done;
}

/** In colours on a terminal; elsewhere byte for byte, so that it can be piped to `git apply`. */
export async function showDiff(context: Context, id: string | undefined): Promise<number> {
  const session = await context.session(id);
  const diff = await context.client.diff(session.id);
  if (context.json) context.result({ session: session.id, diff }, []);
  else if (context.io.stdout.isTTY === true) context.result(diff, renderDiff(diff, context.out));
  else context.io.stdout.write(diff);
  return EXIT.done;
}

export async function analyze(context: Context, path: string): Promise<number> {
  const project = await context.project();
  const analysis = await context.client.analyze(project.name, context.pathIn(project, path));
  context.result(analysis, renderAnalysis(analysis, context.out));
  return EXIT.done;
}
