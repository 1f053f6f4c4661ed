import type { Event } from '../domain/types';
import type { Changes, NewNotice, Tx } from '../ports';
import { empty, join, LostRace, type Session, type Sql, sql } from './prisma';
import { insert, update, upsert } from './store-bulk';
import { entryRow, eventRow, followerRows, newMediaRow, noticeRow, readEvents, taskRow } from './store-rows';

export function txOf(session: Session): Tx {
  const { db } = session;
  return {
    async claimed(keys) {
      const rows = await db.message.findMany({ where: { key: { in: keys } } });
      return new Map(rows.map(({ key, eventId }) => [key, eventId]));
    },
    async events(ids) {
      if (ids.length === 0) return new Map();
      const events = await lockedEvents(session, sql`"id" IN (${join(ids)})`);
      return new Map(events.map((event) => [event.id, event]));
    },
    async eventsByNo(nos) {
      if (nos.length === 0) return new Map();
      const events = await lockedEvents(session, sql`"no" IN (${join(nos)})`);
      return new Map(events.map((event) => [event.no!, event]));
    },
    drafts: (userIds, since) => drafts(session, userIds, since),
    counter: (name) => counter(session, name),
    save: (changes) => save(session, changes),
  };
}

/** On PostgreSQL other writers of these rows wait until we are done; on SQLite there are none. In one order, so that nobody waits in a circle. */
async function lockedEvents(session: Session, where: Sql): Promise<Event[]> {
  const lock = session.provider === 'postgresql' ? sql`FOR UPDATE` : empty;
  const rows = await session.db.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Event" WHERE ${where} ORDER BY "id" ${lock}`;
  return readEvents(
    session,
    rows.map(({ id }) => id),
  );
}

/** Each person's newest open report only: somebody may have left a hundred unconfirmed. */
async function drafts(session: Session, userIds: string[], since: number): Promise<Map<string, Event>> {
  if (userIds.length === 0) return new Map();
  const newest = sql`SELECT "id" FROM (
    SELECT "id", row_number() OVER (PARTITION BY "reporterId" ORDER BY "touchedAt" DESC, "createdAt" DESC, "id" DESC) AS turn FROM "Event"
    WHERE "reporterId" IN (${join(userIds)}) AND "stage" = 'reported' AND "touchedAt" >= ${since}) AS open WHERE turn = 1`;
  const events = await lockedEvents(session, sql`"id" IN (${newest})`);
  return new Map(events.map((event) => [event.reporterId, event]));
}

/** Whoever reads a counter here is about to raise it, so nobody else reads it until the commit; the row may not exist yet. */
async function counter({ db, provider }: Session, name: string): Promise<number> {
  if (provider === 'postgresql') await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${name}))`;
  const row = await db.counter.findUnique({ where: { name } });
  return row?.value ?? 0;
}

async function save(session: Session, changes: Changes): Promise<void> {
  await insert(session, 'Message', changes.messages);
  await saveEvents(session, changes.events);
  await insert(session, 'Entry', changes.entries.map(entryRow));
  await insert(session, 'Media', changes.media.map(newMediaRow));
  await saveNotices(session, changes.notices);
  await raise(session, changes.counters);
}

/** Each event grows by exactly one version over what was read, or somebody else was faster. Errors: `LostRace`. */
async function saveEvents(session: Session, events: Event[]): Promise<void> {
  const fresh = events.filter(({ version }) => version === 1);
  const changed = events.filter(({ version }) => version !== 1);
  await insert(session, 'Event', fresh.map(eventRow));
  const isNext = sql`"Event"."id" = v."id" AND "Event"."version" = v."version" - 1`;
  const found = await update(session, 'Event', changed.map(eventRow), isNext);
  if (found !== changed.length) throw new LostRace('An event was changed by somebody else meanwhile');
  await upsert(
    session,
    'Task',
    'id',
    events.flatMap(({ tasks }) => tasks.map(taskRow)),
  );
  const conflict = sql`ON CONFLICT ("eventId", "userId") DO NOTHING`;
  await insert(session, 'Follower', events.flatMap(followerRows), { conflict });
}

/** Inserts what was never said; what waits in the same slot takes over the urgency instead. */
export async function saveNotices(session: Session, notices: NewNotice[]): Promise<void> {
  const where = sql`NOT EXISTS (SELECT 1 FROM "Notice" AS known WHERE known."id" = v."id")`;
  const conflict = sql`ON CONFLICT ("slot") DO UPDATE SET
    "dueAt" = CASE WHEN excluded."dueAt" < "Notice"."dueAt" THEN excluded."dueAt" ELSE "Notice"."dueAt" END,
    "urgent" = ("Notice"."urgent" OR excluded."urgent")`;
  await insert(session, 'Notice', folded(notices).map(noticeRow), { where, conflict });
}

/** One statement may meet each id and each slot once only. */
function folded(notices: NewNotice[]): NewNotice[] {
  const byId = new Map<string, NewNotice>();
  for (const notice of notices) if (!byId.has(notice.id)) byId.set(notice.id, notice);
  const bySlot = new Map<string, NewNotice>();
  for (const notice of byId.values()) {
    const slot = notice.slot ?? `\0${notice.id}`;
    const waiting = bySlot.get(slot);
    bySlot.set(slot, waiting ? fold(waiting, notice) : notice);
  }
  return [...bySlot.values()];
}

function fold(waiting: NewNotice, notice: NewNotice): NewNotice {
  const dueAt = Math.min(waiting.dueAt, notice.dueAt);
  return { ...waiting, dueAt, urgent: waiting.urgent || notice.urgent };
}

export async function raise(session: Session, counters: Changes['counters']): Promise<void> {
  const sums = new Map<string, number>();
  for (const { name, by } of counters) sums.set(name, (sums.get(name) ?? 0) + by);
  const rows = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ name, value }));
  const conflict = sql`ON CONFLICT ("name") DO UPDATE SET "value" = "Counter"."value" + excluded."value"`;
  await insert(session, 'Counter', rows, { conflict });
}
