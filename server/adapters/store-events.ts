import type { Event, Stage } from '../domain/types';
import type { Counts, MonthFigures, Scope, Store } from '../ports';
import { type Database, type Session, type Sql, sql } from './prisma';
import { entryOf, readEvents } from './store-rows';
import { type Count, hits, inArea, isRunning, list, runningDue, visible, waiting } from './store-search';

type Reads = Pick<
  Store,
  | 'event'
  | 'entries'
  | 'list'
  | 'hits'
  | 'waiting'
  | 'counts'
  | 'eventIds'
  | 'openIds'
  | 'filed'
  | 'due'
  | 'habits'
  | 'monthOf'
>;

export function eventReads({ reading }: Database): Reads {
  const { db } = reading;
  return {
    async event(idOrNo) {
      const row = await db.event.findFirst({ where: { OR: [{ id: idOrNo }, { no: idOrNo }] }, select: { id: true } });
      const [event] = row ? await readEvents(reading, [row.id]) : [];
      return event ?? null;
    },
    async entries(eventId) {
      const rows = await db.entry.findMany({ where: { eventId }, orderBy: { seq: 'asc' } });
      return rows.map(entryOf);
    },
    list: (query) => list(reading, query),
    waiting: (scopes, limit) => waiting(reading, scopes, limit),
    hits: (query, most) => hits(reading, query, most),
    counts: (scopes, now, dayStart, dayEnd) => counts(reading, scopes, { now, dayStart, dayEnd }),
    eventIds: (after, limit) => eventIds(reading, after, limit),
    openIds: (after, limit) => openIds(reading, after, limit),
    filed: (range) => filed(reading, range),
    habits: (where) => habits(reading, where),
    monthOf: (userId, from, to) => monthOf(reading, userId, from, to),
    async due(now, limit) {
      const where = { nextAt: { lte: now } };
      const rows = await db.event.findMany({ where, select: { id: true }, orderBy: { nextAt: 'asc' }, take: limit });
      return rows.map(({ id }) => id);
    },
  };
}

async function eventIds({ db }: Session, after: string | null, limit: number): Promise<string[]> {
  const start =
    after === null
      ? sql`true`
      : sql`("createdAt", "id") > (SELECT "createdAt", "id" FROM "Event" WHERE "id" = ${after})`;
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Event" WHERE ${start} ORDER BY "createdAt", "id" LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

/** `nextAt` is what every open event has but one whose last rung has fired; those have an open task. */
async function openIds({ db }: Session, after: string | null, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT e."id" FROM "Event" AS e WHERE e."id" > ${after ?? ''}
      AND (e."nextAt" IS NOT NULL OR e."stage" IN ('filed', 'dispatched', 'handling', 'verifying'))
    ORDER BY e."id" LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}

/** So many rows are sorted in the time that a frame may wait. */
const FEW = 20_000;

async function filed(session: Session, { from, to, after, limit }: Parameters<Store['filed']>[0]): Promise<Event[]> {
  const createdAt = await createdColumn(session, from, to);
  const rows = await session.db.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Event" WHERE "id" > ${after ?? ''} AND "no" IS NOT NULL
      AND ${createdAt} >= ${from} AND ${createdAt} < ${to}
    ORDER BY "id" LIMIT ${limit}`;
  const events = await readEvents(
    session,
    rows.map(({ id }) => id),
  );
  return events.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * SQLite keeps no statistics and would sort all events of the range anew for every page. The plus sign forbids it to: where
 * there are many it walks them in order of id, and meets enough of them soon.
 */
async function createdColumn({ db, provider }: Session, from: number, to: number): Promise<Sql> {
  const plain = sql`"createdAt"`;
  if (provider === 'postgresql') return plain;
  const [row] = await db.$queryRaw<{ found: Count }[]>`
    SELECT count(*) AS "found" FROM (SELECT 1 FROM "Event" WHERE ${plain} >= ${from} AND ${plain} < ${to} LIMIT ${FEW})`;
  return Number(row?.found) < FEW ? plain : sql`+${plain}`;
}

// -------------------------------------------------------------------------------------------------- counts

interface Day {
  now: number;
  dayStart: number;
  dayEnd: number;
}

async function counts(session: Session, scopes: Scope, day: Day): Promise<Counts> {
  const stages = await stageCounts(session, scopes, day);
  const tasks = await taskCounts(session, scopes, day);
  const byStage: Record<Stage, number> = {
    ...{ reported: 0, filed: 0, dispatched: 0, handling: 0, verifying: 0, closed: 0, rejected: 0, withdrawn: 0 },
    ...Object.fromEntries(stages.map(({ stage, events }) => [stage, Number(events)])),
  };
  return {
    byStage,
    late: Number(tasks.late),
    dueToday: Number(tasks.today),
    reportedToday: stages.reduce((sum, { reported }) => sum + Number(reported), 0),
    closedToday: stages.reduce((sum, { closed }) => sum + Number(closed), 0),
  };
}

function stageCounts({ db }: Session, scopes: Scope, { dayStart, dayEnd }: Day) {
  return db.$queryRaw<{ stage: string; events: Count; reported: Count; closed: Count }[]>`
    SELECT e."stage" AS "stage", count(*) AS "events",
      count(CASE WHEN e."createdAt" >= ${dayStart} AND e."createdAt" < ${dayEnd} THEN 1 END) AS "reported",
      count(CASE WHEN e."closedAt" >= ${dayStart} AND e."closedAt" < ${dayEnd} THEN 1 END) AS "closed"
    FROM "Event" AS e WHERE ${visible(scopes)} GROUP BY e."stage"`;
}

/** Late already, and due later than now but before the day ends: no task counts twice. */
async function taskCounts(
  { db }: Session,
  scopes: Scope,
  { now, dayEnd }: Day,
): Promise<{ late: Count; today: Count }> {
  const [row] = await db.$queryRaw<{ late: Count; today: Count }[]>`
    SELECT count(CASE WHEN due < ${now} THEN 1 END) AS "late",
      count(CASE WHEN due >= ${now} AND due < ${dayEnd} THEN 1 END) AS "today"
    FROM (SELECT ${runningDue} AS due FROM "Task" AS t JOIN "Event" AS e ON e."id" = t."eventId"
      WHERE ${isRunning} AND ${visible(scopes)}) AS running`;
  return row ?? { late: 0, today: 0 };
}

// -------------------------------------------------------------------------------------------------- workers

/** A person's own matters first, each group by how often. */
async function habits(
  { db }: Session,
  { userId, areaPath, since, limit }: Parameters<Store['habits']>[0],
): Promise<string[]> {
  const rows = await db.$queryRaw<{ matterId: string }[]>`
    SELECT e."matterId" AS "matterId" FROM "Event" AS e
    WHERE e."createdAt" >= ${since} AND e."matterId" IS NOT NULL AND e."no" IS NOT NULL
      AND (e."reporterId" = ${userId} OR ${inArea(areaPath)})
    GROUP BY e."matterId"
    ORDER BY sum(CASE WHEN e."reporterId" = ${userId} THEN 1 ELSE 0 END) DESC, count(*) DESC, e."matterId" LIMIT ${limit}`;
  return rows.map(({ matterId }) => matterId);
}

async function monthOf({ db }: Session, userId: string, from: number, to: number): Promise<MonthFigures> {
  const [row] = await db.$queryRaw<Record<'reported' | 'valid' | 'closed', Count>[]>`
    SELECT count(*) AS "reported",
      count(CASE WHEN e."no" IS NOT NULL AND e."stage" NOT IN ('rejected', 'withdrawn') THEN 1 END) AS "valid",
      count(CASE WHEN e."stage" = 'closed' THEN 1 END) AS "closed"
    FROM "Event" AS e WHERE e."reporterId" = ${userId} AND e."createdAt" >= ${from} AND e."createdAt" < ${to}`;
  const joined = await db.follower.count({ where: { userId, at: { gte: from, lt: to } } });
  const { reported, valid, closed } = row ?? { reported: 0, valid: 0, closed: 0 };
  const rewards = await rewardsOf(db, userId, from, to);
  return { reported: Number(reported), valid: Number(valid), closed: Number(closed), joined, rewards };
}

async function rewardsOf(
  db: Session['db'],
  userId: string,
  from: number,
  to: number,
): Promise<MonthFigures['rewards']> {
  const rows = await db.$queryRaw<{ eventId: string; note: string; at: Count }[]>`
    SELECT e."id" AS "eventId", e."reward" AS "note", max(n."at") AS "at"
    FROM "Event" AS e JOIN "Entry" AS n ON n."eventId" = e."id" AND n."action" = 'reward'
    WHERE e."reporterId" = ${userId} AND e."reward" IS NOT NULL
    GROUP BY e."id", e."reward" HAVING max(n."at") >= ${from} AND max(n."at") < ${to} ORDER BY 3 DESC, 1`;
  return rows.map(({ at, ...row }) => ({ ...row, at: Number(at) }));
}
