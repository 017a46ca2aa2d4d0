import type { Session } from '@ids/contracts';
import type { SessionId } from '@ids/kernel';
import type { Addressee } from '../delivery/letters.js';

/** Whatever tells a chat how its sessions go. Both may be called twice. */
export interface FollowerPort {
  /** From now on the chat sees how the session goes. */
  begin(session: Session, to: Addressee): Promise<void>;
  /** An ended session goes on; nothing happens if no chat asked for it. */
  again(session: SessionId): Promise<void>;
}
