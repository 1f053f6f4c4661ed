import type {
  Board,
  BoardFilter,
  BoardTime,
  Climb,
  DayCount,
  LateUnit,
  MapBox,
  MapPoint,
  OpenCount,
} from '../domain/board';
import { CLIMBS } from '../domain/board';
import type { Event } from '../domain/types';
import type { BoardQuery, Scope, Store } from '../ports';
import { type Database, join, type Session, type Sql, sql } from './prisma';
import { readEvents } from './store-rows';
import { hasTask, inArea, isRunning, reached, runningDue, visible } from './store-search';

/** Counts and the events behind them are found by the same fragments, so that they cannot disagree. */

type Reads = Pick<Store, 'board' | 'boardRows' | 'boardCount' | 'lateUnits' | 'mapPoints' | 'mapEvents'>;
type Count = number | bigint;

export function boardReads({ reading }: Database): Reads {
  return {
    board: (scopes, time) => board(reading, scopes, time),
    boardRows: (query) => boardRows(reading, query),
    boardCount: (query) => boardCount(reading, query),
    lateUnits: (scopes, now, most) => lateUnits(reading, scopes, now, most),
    mapPoints: (scopes, now, from) => mapPoints(reading, scopes, now, from),
    mapEvents: (scopes, from, box, limit) => mapEvents(reading, scopes, from, box, limit),
  };
}

const isOpen = sql`e."stage" IN ('filed', 'dispatched', 'handling', 'verifying')`;
const hasOpenState = sql`t."state" IN ('waiting', 'handling', 'passing', 'suspended', 'confirming')`;

/** On the clock that counts now: before it is acknowledged either. */
function fired(rung: string): Sql {
  return sql`(t."rungs" LIKE ${`%"handle.${rung}"%`} OR (t."ackedAt" IS NULL AND t."rungs" LIKE ${`%"ack.${rung}"%`}))`;
}

const WARNED = 1;
const LATE = 2;
const heightOf = (climb: Climb) => LATE + CLIMBS.indexOf(climb);

/** Of one running task: 0 in time, 1 pre-warned, 2 late … 5 late and in the hands of 问责. */
function height(now: number): Sql {
  return sql`CASE WHEN ${runningDue} < ${now} THEN
      CASE WHEN ${reached('accountability')} THEN 5 WHEN ${reached('red')} THEN 4 WHEN ${reached('yellow')} THEN 3 ELSE 2 END
    WHEN ${fired('prewarn')} THEN 1 ELSE 0 END`;
}

function dueToday({ now, dayEnd }: Pick<BoardTime, 'now' | 'dayEnd'>): Sql {
  return sql`(${runningDue} >= ${now} AND ${runningDue} < ${dayEnd})`;
}

// --------------------------------------------------------------------------------------------------- 今日

async function board(session: Session, scopes: Scope, time: BoardTime): Promise<Board> {
  const areas = await openCounts(session, sql`${worstOfEvents(scopes, time)}`);
  const units = await openCounts(session, sql`${worstOfUnits(scopes, time)}`);
  return {
    areas: areas.map(({ group, ...counts }) => ({ ...counts, areaPath: group })),
    units: units.map(({ group, ...counts }) => ({ ...counts, unitId: group })),
    days: await days(session, scopes, time),
  };
}

function worstOfEvents(scopes: Scope, time: BoardTime): Sql {
  return sql`SELECT e."areaPath" AS "group", CASE WHEN e."urgent" THEN 1 ELSE 0 END AS urgent,
      max(CASE WHEN ${isRunning} THEN ${height(time.now)} END) AS height,
      max(CASE WHEN ${isRunning} AND ${dueToday(time)} THEN 1 ELSE 0 END) AS due
    FROM "Event" AS e LEFT JOIN "Task" AS t ON t."eventId" = e."id"
    WHERE ${isOpen} AND ${visible(scopes)} GROUP BY e."id", e."areaPath", e."urgent"`;
}

function worstOfUnits(scopes: Scope, time: BoardTime): Sql {
  return sql`SELECT t."unitId" AS "group", CASE WHEN e."urgent" THEN 1 ELSE 0 END AS urgent,
      max(CASE WHEN ${isRunning} THEN ${height(time.now)} END) AS height,
      max(CASE WHEN ${isRunning} AND ${dueToday(time)} THEN 1 ELSE 0 END) AS due
    FROM "Event" AS e JOIN "Task" AS t ON t."eventId" = e."id"
    WHERE ${isOpen} AND ${hasOpenState} AND ${visible(scopes)} GROUP BY t."unitId", e."id", e."urgent"`;
}

async function openCounts({ db }: Session, worst: Sql): Promise<(OpenCount & { group: string })[]> {
  const rows = await db.$queryRaw<(Record<keyof OpenCount, Count> & { group: string })[]>`
    SELECT "group", count(*) AS "open", sum(urgent) AS "urgent", sum(due) AS "due",
      count(CASE WHEN height = 1 THEN 1 END) AS "warned", count(CASE WHEN height >= 2 THEN 1 END) AS "late",
      count(CASE WHEN height = 2 THEN 1 END) AS "blue", count(CASE WHEN height = 3 THEN 1 END) AS "yellow",
      count(CASE WHEN height = 4 THEN 1 END) AS "red", count(CASE WHEN height = 5 THEN 1 END) AS "accountability"
    FROM (${worst}) AS worst GROUP BY "group" ORDER BY "group"`;
  return rows.map(({ group, open, urgent, due, warned, late, blue, yellow, red, accountability }) => ({
    ...{ group, open: Number(open), urgent: Number(urgent), due: Number(due), warned: Number(warned) },
    ...{ late: Number(late), blue: Number(blue), yellow: Number(yellow), red: Number(red) },
    accountability: Number(accountability),
  }));
}

// -------------------------------------------------------------------------------------------------- trend

interface Range {
  from: number;
  to: number;
}

const wasReported = ({ from, to }: Range) =>
  sql`e."no" IS NOT NULL AND e."createdAt" >= ${from} AND e."createdAt" < ${to}`;
const wasClosed = ({ from, to }: Range) => sql`e."closedAt" >= ${from} AND e."closedAt" < ${to}`;
/** A clock that fired at its limit, and the limit has not been moved since. All states are named so that the index by them serves. */
const inAnyState = sql`t."state" IN ('waiting', 'handling', 'passing', 'suspended', 'confirming', 'finished', 'returned', 'moved', 'cancelled')`;
const ranOut = (clock: 'ack' | 'handle', { from, to }: Range) =>
  clock === 'ack'
    ? sql`t."ackDueAt" >= ${from} AND t."ackDueAt" < ${to} AND t."rungs" LIKE ${'%"ack.blue"%'}`
    : sql`${inAnyState} AND t."handleDueAt" >= ${from} AND t."handleDueAt" < ${to} AND t."rungs" LIKE ${'%"handle.blue"%'}`;

/** Days since 1970 of a moment, in China. Literals: a bound divisor has no type of its own. */
const dayOf = (column: Sql) => sql`((${column} + 28800000) / 86400000)`;
const startOf = (day: Count) => Number(day) * 86_400_000 - 28_800_000;

type PerDay = { day: Count; count: Count }[];

async function days({ db }: Session, scopes: Scope, { from, dayEnd }: BoardTime): Promise<DayCount[]> {
  const range = { from, to: dayEnd };
  const createdDay = dayOf(sql`e."createdAt"`);
  const reported = await db.$queryRaw<PerDay>`SELECT ${createdDay} AS "day", count(*) AS "count"
    FROM "Event" AS e WHERE ${wasReported(range)} AND ${visible(scopes)} GROUP BY 1`;
  const closed = await db.$queryRaw<PerDay>`SELECT ${dayOf(sql`e."closedAt"`)} AS "day", count(*) AS "count"
    FROM "Event" AS e WHERE ${wasClosed(range)} AND ${visible(scopes)} GROUP BY 1`;
  const overdue = await db.$queryRaw<PerDay>`SELECT "day", count(*) AS "count" FROM (
    SELECT ${dayOf(sql`t."ackDueAt"`)} AS "day", t."eventId" FROM "Task" AS t JOIN "Event" AS e ON e."id" = t."eventId"
      WHERE ${ranOut('ack', range)} AND ${visible(scopes)}
    UNION
    SELECT ${dayOf(sql`t."handleDueAt"`)} AS "day", t."eventId" FROM "Task" AS t JOIN "Event" AS e ON e."id" = t."eventId"
      WHERE ${ranOut('handle', range)} AND ${visible(scopes)}) AS out GROUP BY "day"`;
  return inOneTable({ reported, closed, overdue });
}

function inOneTable(columns: Record<'reported' | 'closed' | 'overdue', PerDay>): DayCount[] {
  const table = new Map<number, DayCount>();
  for (const column of ['reported', 'closed', 'overdue'] as const)
    for (const { day, count } of columns[column]) {
      const start = startOf(day);
      const row = table.get(start) ?? { day: start, reported: 0, closed: 0, overdue: 0 };
      table.set(start, { ...row, [column]: Number(count) });
    }
  return [...table.values()].sort((a, b) => a.day - b.day);
}

// --------------------------------------------------------------------------------------------------- rows

async function boardRows(session: Session, { before, limit, ...query }: BoardQuery): Promise<Event[]> {
  const found = conditions(query);
  if (before) found.push(sql`(e."createdAt", e."id") < (${before.createdAt}, ${before.id})`);
  const rows = await session.db.$queryRaw<{ id: string }[]>`
    SELECT e."id" FROM "Event" AS e WHERE ${join(found, ' AND ')} ORDER BY e."createdAt" DESC, e."id" DESC LIMIT ${limit}`;
  return inOrder(session, rows);
}

async function boardCount({ db }: Session, query: Omit<BoardQuery, 'before' | 'limit'>): Promise<number> {
  const [row] = await db.$queryRaw<{ count: Count }[]>`
    SELECT count(*) AS "count" FROM "Event" AS e WHERE ${join(conditions(query), ' AND ')}`;
  return Number(row?.count ?? 0);
}

async function inOrder(session: Session, rows: { id: string }[]): Promise<Event[]> {
  const ids = rows.map(({ id }) => id);
  const byId = new Map((await readEvents(session, ids)).map((event) => [event.id, event]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function conditions({ scopes, filter, time }: Omit<BoardQuery, 'before' | 'limit'>): Sql[] {
  const { areaPath, only } = filter;
  const found = [visible(scopes), ...whatOf(filter, time)];
  if (areaPath) found.push(only ? sql`e."areaPath" = ${areaPath}` : inArea(areaPath));
  return found;
}

function whatOf(filter: BoardFilter, time: BoardQuery['time']): Sql[] {
  const { what, unitId, climb, day = { from: 0, to: 0 } } = filter;
  const ofUnit = unitId ? sql`t."unitId" = ${unitId}` : sql`true`;
  const worst = sql`(SELECT max(${height(time.now)}) FROM "Task" AS t
    WHERE t."eventId" = e."id" AND ${isRunning} AND ${ofUnit})`;
  const open = unitId ? [isOpen, hasTask(sql`${ofUnit} AND ${hasOpenState}`)] : [isOpen];
  const whats: Record<BoardFilter['what'], () => Sql[]> = {
    open: () => open,
    urgent: () => [...open, sql`e."urgent"`],
    due: () => [...open, hasTask(sql`${ofUnit} AND ${isRunning} AND ${dueToday(time)}`)],
    warned: () => [...open, sql`${worst} = ${WARNED}`],
    late: () => [...open, climb ? sql`${worst} = ${heightOf(climb)}` : sql`${worst} >= ${LATE}`],
    reported: () => [wasReported(day), ...(unitId ? [hasTask(ofUnit)] : [])],
    closed: () => [wasClosed(day), ...(unitId ? [hasTask(ofUnit)] : [])],
    overdue: () => [hasTask(sql`${ofUnit} AND ((${ranOut('ack', day)}) OR (${ranOut('handle', day)}))`)],
  };
  return whats[what]();
}

// --------------------------------------------------------------------------------------------- 逾期墙, 地图

async function lateUnits(
  session: Session,
  scopes: Scope,
  now: number,
  most: { units: number; events: number },
): Promise<LateUnit[]> {
  const rows = await session.db.$queryRaw<{ unitId: string; eventId: string; late: Count }[]>`
    SELECT "unitId", "eventId", late AS "late" FROM (
      SELECT "unitId", "eventId", due, count(*) OVER (PARTITION BY "unitId") AS late,
        row_number() OVER (PARTITION BY "unitId" ORDER BY due, "eventId") AS turn,
        min(due) OVER (PARTITION BY "unitId") AS worst
      FROM (SELECT t."unitId", t."eventId", min(${runningDue}) AS due
        FROM "Task" AS t JOIN "Event" AS e ON e."id" = t."eventId"
        WHERE ${isOpen} AND ${isRunning} AND ${runningDue} < ${now} AND ${visible(scopes)}
        GROUP BY t."unitId", t."eventId") AS late_events) AS ranked
    WHERE turn <= ${most.events} ORDER BY worst, "unitId", turn LIMIT ${most.units * most.events}`;
  const events = await readEvents(session, [...new Set(rows.map(({ eventId }) => eventId))]);
  const byId = new Map(events.map((event) => [event.id, event]));
  const units = new Map<string, LateUnit>();
  for (const { unitId, eventId, late } of rows) {
    const unit = units.get(unitId) ?? { unitId, late: Number(late), events: [] };
    unit.events.push(...[byId.get(eventId)].filter((event) => event !== undefined));
    units.set(unitId, unit);
  }
  return [...units.values()].slice(0, most.units);
}

const isMapped = (scopes: Scope, from: number) => sql`e."no" IS NOT NULL AND e."createdAt" >= ${from}
  AND e."stage" NOT IN ('reported', 'rejected', 'withdrawn') AND ${visible(scopes)}`;

async function mapPoints({ db }: Session, scopes: Scope, now: number, from: number): Promise<MapPoint[]> {
  const isLateNow = hasTask(sql`${isRunning} AND ${runningDue} < ${now}`);
  return db.$queryRaw<MapPoint[]>`
    SELECT e."gridId" AS "gridId", e."lng" AS "lng", e."lat" AS "lat",
      CASE WHEN e."stage" = 'closed' THEN 'closed' WHEN ${isLateNow} THEN 'late' ELSE 'open' END AS "state"
    FROM "Event" AS e WHERE ${isMapped(scopes, from)} ORDER BY e."createdAt", e."id"`;
}

async function mapEvents(
  session: Session,
  scopes: Scope,
  from: number,
  { west, south, east, north }: MapBox,
  limit: number,
): Promise<Event[]> {
  const rows = await session.db.$queryRaw<{ id: string }[]>`
    SELECT e."id" FROM "Event" AS e WHERE ${isMapped(scopes, from)}
      AND e."lng" BETWEEN ${west} AND ${east} AND e."lat" BETWEEN ${south} AND ${north}
    ORDER BY e."createdAt" DESC, e."id" DESC LIMIT ${limit}`;
  return inOrder(session, rows);
}
