import type { SessionStatus } from '@ids/contracts';

/** Every Redis key of IDS besides those of BullMQ. The inside: no promise to the outside. */
export const keys = {
  session: (id: string) => `ids:session:${id}`,
  events: (id: string) => `ids:session:${id}:events`,
  artifacts: (id: string) => `ids:session:${id}:artifacts`,
  /** Tokens reserved or settled, by the call they belong to. */
  budget: (id: string) => `ids:session:${id}:budget`,
  usage: (id: string) => `ids:session:${id}:usage`,
  dailyBudget: (day: string) => `ids:budget:${day}`,
  /** Sessions that some job must carry forward, by the time their stage must have ended. */
  open: 'ids:open',
  /** Jobs that were asked for by a transition and are not known to be in their queue yet. */
  outbox: 'ids:outbox',
  /** What the last sweep of the reconciler saw, to act only on what two sweeps in a row see. */
  sightings: 'ids:sightings',
  allSessions: 'ids:sessions',
  sessionsOfProject: (project: string) => `ids:sessions:project:${project}`,
  sessionsInStatus: (status: SessionStatus) => `ids:sessions:status:${status}`,
  /** Sessions of a project that are not at an end. */
  unfinished: (project: string) => `ids:unfinished:${project}`,
  projects: 'ids:projects',
  idempotency: (client: string, key: string) => `ids:idempotency:${client}:${key}`,
  projectLock: (project: string) => `ids:lock:${project}`,
  projectFence: (project: string) => `ids:fence:${project}`,
  modelRate: 'ids:rate:model',
  /** Analyses of files by their cache key, and when each was last used. */
  analyses: 'ids:analyses',
  analysesByUse: 'ids:analyses:used',
  analysesBytes: 'ids:analyses:bytes',
  /** What came in from chats, by chat; the head is the one that is worked on. Each lane has its own. */
  inboxOf: (lane: string) => `ids:inbox:${lane}:chat:`,
  inboxSeen: (lane: string, update: string) => `ids:inbox:${lane}:seen:${update}`,
  inboxReady: (lane: string) => `ids:inbox:${lane}:ready`,
  inboxLeases: (lane: string) => `ids:inbox:${lane}:leases`,
  inboxHolders: (lane: string) => `ids:inbox:${lane}:holders`,
  /** Messages to chats, by chat; the head is the one that is being sent. */
  outboxOf: 'ids:chat-outbox:chat:',
  outboxKeysOf: 'ids:chat-outbox:keys:',
  outboxLimitOf: 'ids:chat-outbox:limit:',
  outboxKnown: (id: string) => `ids:chat-outbox:known:${id}`,
  outboxDue: 'ids:chat-outbox:due',
  outboxLeases: 'ids:chat-outbox:leases',
  outboxHolders: 'ids:chat-outbox:holders',
  outboxMessages: 'ids:chat-outbox:messages',
  outboxNumber: 'ids:chat-outbox:number',
  outboxAsked: 'ids:chat-outbox:asked',
  outboxLimit: 'ids:chat-outbox:limit',
  closedChats: 'ids:chat-outbox:closed',
  /** Groups that became supergroups, by their old ids. */
  movedChats: 'ids:chat-outbox:moved',
  lease: (name: string) => `ids:lease:${name}`,
  buttons: (set: string) => `ids:buttons:${set}`,
  buttonsUsed: (set: string) => `ids:buttons:${set}:used`,
  chatProjects: 'ids:chat:projects',
  chatSessions: (place: string) => `ids:chat:sessions:${place}`,
  chatSettled: (update: number) => `ids:chat:settled:${update}`,
  watch: (session: string) => `ids:watch:${session}`,
  /** Sessions that a chat waits for, by when they are looked at next. */
  watched: 'ids:watched',
} as const;

/** The channel on which every change of a session is told, by its id. */
export const CHANGED_CHANNEL = 'ids:changed';
