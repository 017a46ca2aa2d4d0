import type { ChatOutbox, ChatRates } from '@ids/store';
import { outgoingSchema, type Outgoing } from '../delivery/outgoing.js';

const AT_ONCE = { intervalMs: 0, burst: 1 };
export const UNLIMITED: ChatRates = {
  overall: AT_ONCE,
  privateChat: AT_ONCE,
  group: AT_ONCE,
  keptFromProgress: 0,
};

/** Everything that waits in the outbox, as it would be sent now. */
export async function drainOutbox(outbox: ChatOutbox): Promise<Outgoing[]> {
  const sent: Outgoing[] = [];
  for (;;) {
    const taken = await outbox.take();
    if (!('turn' in taken)) return sent;
    sent.push(outgoingSchema.parse(taken.turn.payload));
    await taken.turn.done();
  }
}
