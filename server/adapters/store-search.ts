import { LIFTED } from '../domain/ladder';
import type { Event, Level, TaskClock } from '../domain/types';
import { type EventQuery, NEVER_DUE, type Scope } from '../ports';
import { join, type Session, type Sql, sql } from './prisma';
import { readEvents } from './store-rows';

/** What the event list and the search ask of the database. Words of people are compared as letters, never as patterns. */

export type Count = number | bigint;
type Filter = Omit<EventQuery, 'limit'>;

/** Finds the ids of one page, then reads those events; three queries however long the page. */
export async function list(session: Session, query: EventQuery): Promise<Event[]> {
  const order = query.byDue ? sql`${dueOf} ASC, e."id" ASC` : sql`e."createdAt" DESC, e."id" DESC`;
  const rows = await session.db.$queryRaw<{ id: string }[]>`
    SELECT e."id" FROM "Event" AS e WHERE ${join([...conditions(session, query), onward(query)], ' AND ')}
    ORDER BY ${order} LIMIT ${query.limit}`;
  return inOrder(session, rows);
}

async function inOrder(session: Session, rows: { id: string }[]): Promise<Event[]> {
  const events = await readEvents(
    session,
    rows.map(({ id }) => id),
  );
  const byId = new Map(events.map((event) => [event.id, event]));
  return rows.flatMap(({ id }) => byId.get(id) ?? []);
}

export async function hits(session: Session, query: Filter, most: number): Promise<number> {
  const [row] = await session.db.$queryRaw<{ found: Count }[]>`
    SELECT count(*) AS "found" FROM (
      SELECT 1 FROM "Event" AS e WHERE ${join(conditions(session, query), ' AND ')} LIMIT ${most}) AS found`;
  return Number(row?.found ?? 0);
}

/** Where no clock of a task runs, the event's own timer counts: 派遣, 核查. */
export async function waiting(session: Session, scopes: Scope, limit: number): Promise<Event[]> {
  const rows = await session.db.$queryRaw<{ id: string }[]>`
    SELECT e."id" FROM "Event" AS e
    WHERE e."stage" IN ('reported', 'filed', 'dispatched', 'handling', 'verifying')
      AND ${visible(scopes)} AND ${mayWait(scopes)}
    ORDER BY e."urgent" DESC, coalesce((SELECT min(${runningDue}) FROM "Task" AS t
      WHERE t."eventId" = e."id" AND ${isRunning}), e."nextAt", ${NEVER_DUE}), e."id" LIMIT ${limit}`;
  return inOrder(session, rows);
}

/** The filter form of the steps that wait for somebody: by whose turn it is where SQL can tell, else by what is pending at all. */
function mayWait({ reporterId, unitIds }: Scope): Sql {
  const units = unitIds.length > 0 ? sql`t."unitId" IN (${join(unitIds)})` : sql`false`;
  const own = sql`t."state" IN ('waiting', 'handling') AND (t."assigneeId" = ${reporterId} OR ${units})`;
  const pending = sql`t."state" = 'confirming' OR t."request" IS NOT NULL`;
  return sql`(e."stage" IN ('reported', 'filed', 'verifying') OR ${hasTask(sql`(${own} OR ${pending})`)})`;
}

/** Few wait: to find them among the tasks is quicker than to look at every event. */
const appealed = sql`SELECT t."eventId" FROM "Task" AS t WHERE t."request" LIKE '%"kind":"appeal"%'`;

/** Where a page begins. */
function onward({ before, byDue }: EventQuery): Sql {
  if (byDue?.after) return sql`(${dueOf}, e."id") > (${byDue.after.due}, ${byDue.after.id})`;
  return before && !byDue ? sql`(e."createdAt", e."id") < (${before.createdAt}, ${before.id})` : sql`true`;
}

function conditions(session: Session, query: Filter): Sql[] {
  const { scopes, stages, q, matterId, areaPath, unitId, lateAt, box, people, climbed, from, to, appeal } = query;
  const found = [visible(scopes)];
  if (stages) found.push(stages.length > 0 ? sql`e."stage" IN (${join(stages)})` : sql`false`);
  if (q?.trim()) found.push(matches(q.trim()));
  if (matterId) found.push(sql`e."matterId" = ${matterId}`);
  if (areaPath) found.push(inArea(areaPath));
  if (unitId) found.push(hasTask(sql`t."unitId" = ${unitId}`));
  if (lateAt !== undefined) found.push(hasTask(isLate(lateAt)));
  if (box)
    found.push(sql`e."lng" BETWEEN ${box.west} AND ${box.east} AND e."lat" BETWEEN ${box.south} AND ${box.north}`);
  if (people) found.push(concerns(session, people));
  if (climbed) found.push(hasTask(standsAt(climbed)));
  if (from !== undefined) found.push(sql`e."createdAt" >= ${from}`);
  if (to !== undefined) found.push(sql`e."createdAt" < ${to}`);
  if (appeal === 'waiting') found.push(sql`e."id" IN (${appealed})`);
  if (appeal === 'decided') found.push(hasTask(sql`t."appealed" IS NOT NULL`));
  return found;
}

/** The filter form of `maySee`: a report that is still open belongs to its reporter alone. */
export function visible({ everything, reporterId, areaPaths, unitIds }: Scope): Sql {
  if (everything) return sql`true`;
  const joined = sql`SELECT f."eventId" FROM "Follower" AS f WHERE f."userId" = ${reporterId}`;
  const own = sql`(e."reporterId" = ${reporterId} OR e."id" IN (${joined}))`;
  const shared = areaPaths.map(inArea);
  if (unitIds.length > 0) shared.push(hasTask(sql`t."unitId" IN (${join(unitIds)})`));
  return shared.length > 0 ? sql`(${own} OR (e."stage" <> 'reported' AND (${join(shared, ' OR ')})))` : own;
}

/** The area itself and all below it. Not LIKE: SQLite's takes `a` for `A`, and `_` for anything. */
export function inArea(path: string): Sql {
  const below = `${path}/`;
  return sql`(e."areaPath" = ${path} OR substr(e."areaPath", 1, length(${below})) = ${below})`;
}

export function hasTask(condition: Sql): Sql {
  return sql`EXISTS (SELECT 1 FROM "Task" AS t WHERE t."eventId" = e."id" AND ${condition})`;
}

function matches(q: string): Sql {
  const literal = q.toLowerCase().replace(/[\\%_]/g, '\\$&');
  const within = `%${literal}%`;
  return sql`(e."no" LIKE ${`${literal}%`} ESCAPE '\\'
    OR lower(e."text") LIKE ${within} ESCAPE '\\' OR lower(e."placeText") LIKE ${within} ESCAPE '\\')`;
}

/** A common family name stands for more people than a statement takes parameters, so they travel as one. */
function concerns({ provider }: Session, people: string[]): Sql {
  const ids = JSON.stringify(people);
  const listed =
    provider === 'postgresql'
      ? sql`SELECT json_array_elements_text(${ids}::json)`
      : sql`SELECT "value" FROM json_each(${ids})`;
  return sql`(e."reporterId" IN (${listed}) OR ${hasTask(sql`t."assigneeId" IN (${listed})`)})`;
}

const CLIMB: readonly (Level | 'accountability')[] = ['blue', 'yellow', 'red', 'accountability'];

/** `climbed` of the domain, in SQL: this step is reached, and none above it. */
function standsAt(level: Level | 'accountability'): Sql {
  const above = CLIMB.slice(CLIMB.indexOf(level) + 1).map(reached);
  return above.length > 0 ? sql`(${reached(level)} AND NOT (${join(above, ' OR ')}))` : reached(level);
}

/** By the ladder on the clock that counts, or by hand; not what 取消督办 has lowered since (`isInForce`). */
export function reached(level: Level | 'accountability'): Sql {
  const byHand = sql`coalesce(t."supervised", '') = ${level}`;
  return sql`(${byHand} OR ${inForce('handle', level)} OR (t."ackedAt" IS NULL AND ${inForce('ack', level)}))`;
}

function inForce(clock: TaskClock, level: string): Sql {
  const rung = `${clock}.${level}`;
  return sql`(t."rungs" LIKE ${`%"${rung}"%`} AND t."rungs" NOT LIKE ${`%"${LIFTED}${rung}"%`})`;
}

/** Open, and no time of it stands still: what is suspended is not late. */
export const isRunning = sql`t."state" IN ('waiting', 'handling', 'passing', 'confirming')`;
/** `runningDue` of the domain, in SQL: before it is acknowledged the earlier of both clocks. */
export const runningDue = sql`CASE WHEN t."ackedAt" IS NOT NULL OR t."ackDueAt" IS NULL OR t."handleDueAt" < t."ackDueAt"
  THEN t."handleDueAt" ELSE t."ackDueAt" END`;

function isLate(at: number): Sql {
  return sql`${isRunning} AND ${runningDue} < ${at}`;
}

/** The event's next due moment: of all its running clocks the earliest. */
const dueOf = sql`coalesce((SELECT min(${runningDue}) FROM "Task" AS t WHERE t."eventId" = e."id" AND ${isRunning}), ${NEVER_DUE})`;
