import type { Session } from '@ids/contracts';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { follow } from '../follow.js';

/** A person's word to a session: what is sent, and the ends that it is after. */
interface Intervention {
  readonly send: (context: Context, id: string) => Promise<void>;
  readonly wanted?: readonly Session['status'][];
}

export const APPROVE: Intervention = { send: ({ client }, id) => client.decide(id, 'proceed') };
export const FIX: Intervention = { send: ({ client }, id) => client.decide(id, 'fix') };
export const CANCEL: Intervention = {
  send: ({ client }, id) => client.cancel(id),
  wanted: ['cancelled', 'rolled_back'],
};
export const ROLL_BACK: Intervention = {
  send: ({ client }, id) => client.rollback(id),
  wanted: ['rolled_back'],
};
export const guideWith = (text: string): Intervention => ({
  send: ({ client }, id) => client.guide(id, text),
});

/** Sends a person's word to a session, then follows what comes of it. */
export async function intervene(
  context: Context,
  { send, wanted }: Intervention,
  id: string | undefined,
  wait: boolean,
): Promise<number> {
  const session = await context.session(id);
  const event = wait ? await context.client.lastEventId(session.id, context.io.signal) : '0';
  await send(context, session.id);
  if (wait) {
    return await follow(context, session.id, {
      from: { event, updatedAt: session.updatedAt },
      ...(wanted === undefined ? {} : { wanted }),
    });
  }
  const now = await context.client.session(session.id);
  context.result(now, [`${now.id} ${now.status}`]);
  return EXIT.done;
}
