import type { CreateSessionBody, SessionKind } from '@ids/contracts';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { follow } from '../follow.js';

export interface TaskOptions {
  readonly file?: string[];
  readonly approval?: CreateSessionBody['approval'];
  readonly rounds?: number;
  readonly wait: boolean;
}

/** `ids code` and `ids ask`: sends a task and follows it. */
export async function runTask(
  context: Context,
  kind: SessionKind,
  task: string,
  options: TaskOptions,
): Promise<number> {
  const project = await context.project();
  const files = options.file?.map((file) => context.pathIn(project, file));
  const session = await context.client.createSession({
    project: project.name,
    task,
    kind,
    ...(files === undefined ? {} : { files }),
    ...(options.approval === undefined ? {} : { approval: options.approval }),
    ...(options.rounds === undefined ? {} : { maxRounds: options.rounds }),
  });
  if (!options.wait) {
    context.result(session, [session.id]);
    return EXIT.done;
  }
  context.progress([`Session ${session.id} (model: ${session.model})`]);
  return await follow(context, session.id);
}
