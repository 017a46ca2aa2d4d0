import { SESSION_STATUSES, type ListSessionsQuery, type Session } from '@ids/contracts';
import { isSessionId, type SessionId } from '@ids/kernel';
import { keys } from './keys.js';
import type { Redis } from './redis.js';

const PAGE = 200;

/** A page of sessions, newest first, and the cursor of the next page if there is one. */
export async function listSessions(
  redis: Redis,
  query: ListSessionsQuery,
  view: (id: SessionId) => Promise<Session | null>,
): Promise<{ sessions: Session[]; cursor: string | null }> {
  const index = indexOf(query);
  const sessions: Session[] = [];
  let cursor = query.cursor;
  for (;;) {
    const from = cursor === undefined ? '+' : `(${cursor}`;
    const ids = await redis.zrange(index, from, '-', 'BYLEX', 'REV', 'LIMIT', 0, PAGE);
    for (const id of ids) {
      if (sessions.length === query.limit) return { sessions, cursor: sessions.at(-1)?.id ?? null };
      const session = isSessionId(id) ? await view(id) : null;
      if (session !== null && matches(session, query)) sessions.push(session);
      cursor = id;
    }
    if (ids.length < PAGE) return { sessions, cursor: null };
  }
}

function indexOf(query: ListSessionsQuery): string {
  if (query.project !== undefined) return keys.sessionsOfProject(query.project);
  if (query.status !== undefined) return keys.sessionsInStatus(query.status);
  return keys.allSessions;
}

function matches(session: Session, query: ListSessionsQuery): boolean {
  return query.status === undefined || session.status === query.status;
}

/** Takes sessions whose records are gone out of every index; returns how many. */
export async function pruneIndexes(redis: Redis): Promise<number> {
  let pruned = 0;
  for (const id of await redis.zrange(keys.allSessions, '0', '-1')) {
    if ((await redis.exists(keys.session(id))) === 1) continue;
    await forget(redis, id);
    pruned += 1;
  }
  return pruned;
}

async function forget(redis: Redis, id: string): Promise<void> {
  const projects = await redis.hkeys(keys.projects);
  const indexes = [
    keys.allSessions,
    keys.open,
    ...SESSION_STATUSES.map((status) => keys.sessionsInStatus(status)),
    ...projects.map((project) => keys.sessionsOfProject(project)),
  ];
  const pipeline = redis.pipeline();
  for (const index of indexes) pipeline.zrem(index, id);
  for (const project of projects) pipeline.srem(keys.unfinished(project), id);
  await pipeline.exec();
}
