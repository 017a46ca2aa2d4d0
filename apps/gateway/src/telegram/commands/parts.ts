import type { LayerSwitches } from '@ids/contracts';
import type { Clock } from '@ids/kernel';
import type { Logger } from '@ids/observability';
import type { SessionCommands } from '@ids/saga';
import type {
  ChatInbox,
  ChatOutbox,
  ChatPlaceStore,
  ProjectStore,
  RedisCallGovernor,
  SessionStore,
} from '@ids/store';
import type { Inspection } from '../../operations/inspection.js';
import type { ProjectRegistry } from '../../operations/project-registry.js';
import type { SessionOperations } from '../../operations/session-operations.js';
import type { Buttons } from '../buttons/buttons.js';
import type { Letters } from '../delivery/letters.js';
import type { FollowerPort } from './follower-port.js';

/** What holds where a project or a task says nothing. */
export interface CommandSettings {
  readonly maxRounds: number;
  readonly layers: LayerSwitches;
  /** Undefined: there is none. */
  readonly dailyTokenBudget: number | undefined;
}

/** What the commands work with. */
export interface CommandParts {
  readonly letters: Letters;
  readonly buttons: Buttons;
  readonly places: ChatPlaceStore;
  readonly outbox: ChatOutbox;
  /** Of the lane `errands`. */
  readonly errands: ChatInbox;
  readonly follower: FollowerPort;
  readonly sessions: SessionStore;
  readonly commands: SessionCommands;
  readonly projects: ProjectStore;
  readonly operations: SessionOperations;
  readonly inspection: Inspection;
  readonly registry: ProjectRegistry;
  readonly budget: Pick<RedisCallGovernor, 'usedToday'>;
  /** As it is named in sessions. */
  readonly model: string;
  readonly settings: CommandSettings;
  readonly log: Logger;
  readonly clock?: Clock;
}
