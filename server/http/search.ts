import { randomUUID } from 'node:crypto';
import { CLIMBED_WORDS } from '../../cards/standing';
import { dateOf, dayOfDate, startOf, timeOf } from '../domain/clock';
import { STAGE_WORDS } from '../domain/commands';
import { climbed, runningDue } from '../domain/ladder';
import { openTasks, scopeOf } from '../domain/policy';
import { refuse } from '../domain/refusal';
import type { Roster } from '../domain/roster';
import { nameOf, type Rules } from '../domain/rules';
import type { Event, Role, Stage, Task } from '../domain/types';
import { type EventQuery, NEVER_DUE, type SavedFilter } from '../ports';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { summaryOf, type View } from './present';
import { Problem, refused } from './problem';
import { type SearchFilter, type SearchRow, searchFilter } from './search-contract';

/** 查询: what a person may see, narrowed by what they remember of it. */

const SEARCHERS: readonly Role[] = ['handler', 'dispatcher', 'leader', 'supervisor', 'oversight', 'admin'];
const PAGE = 50;
/** More hits are not counted: nobody reads them, and an export refuses them. */
export const MOST_HITS = 100_000;

type Routes =
  | 'GET /api/search'
  | 'GET /api/search/options'
  | 'GET /api/filters'
  | 'POST /api/filters'
  | 'POST /api/filters/:id/remove';

export function searchRoutes(ports: HttpPorts): Pick<Handlers, Routes> {
  return {
    'GET /api/search': (asked) => search(ports, asked),
    'GET /api/search/options': async ({ who }) => {
      maySearch(ports, who);
      return optionsOf(ports.rules().roster);
    },
    'GET /api/filters': ({ who }) => kept(ports, who),
    'POST /api/filters': (asked) => keep(ports, asked),
    'POST /api/filters/:id/remove': async ({ params, who }) => {
      if (!(await ports.store.removeFilter(who, params.id))) throw refused(refuse('not_found'));
      return kept(ports, who);
    },
  };
}

/** Errors: 403 for those who only report. */
export function maySearch({ rules }: HttpPorts, who: string): void {
  const posts = rules().roster.posts(who);
  if (!posts.some(({ role }) => SEARCHERS.includes(role))) throw refused(refuse('not_allowed'));
}

// ------------------------------------------------------------------------------------------------- search

async function search(ports: HttpPorts, { query: asked, who }: Asked<'GET /api/search'>) {
  maySearch(ports, who);
  const { order, cursor, ...filter } = asked;
  const rules = ports.rules();
  const view = { userId: who, rules, now: ports.clock.now() };
  const query = queryOf(filter, view);
  const from = cursor ? placeOf(cursor) : null;
  const page = order === 'due' ? { byDue: { after: from && { due: from.at, id: from.id } } } : beforeOf(from);
  const [events, count] = await Promise.all([
    ports.store.list({ ...query, ...page, limit: PAGE }),
    cursor ? null : ports.store.hits(query, MOST_HITS),
  ]);
  const last = events.length === PAGE ? events.at(-1) : undefined;
  return {
    rows: events.map((event) => rowOf(event, view)),
    cursor: last ? `${order === 'due' ? dueKey(last) : last.createdAt}_${last.id}` : null,
    count,
    words: wordsOfFilter(filter, rules.roster),
  };
}

function placeOf(cursor: string): { at: number; id: string } {
  const cut = cursor.indexOf('_');
  return { at: Number(cursor.slice(0, cut)), id: cursor.slice(cut + 1) };
}

function beforeOf(from: { at: number; id: string } | null): Pick<EventQuery, 'before'> {
  return from ? { before: { createdAt: from.at, id: from.id } } : {};
}

/** The moment that `EventQuery.byDue` sorts by. */
function dueKey(event: Event): number {
  const running = openTasks(event).filter(({ state }) => state !== 'suspended');
  return Math.min(NEVER_DUE, ...running.map((task) => runningDue(task) ?? NEVER_DUE));
}

const OPEN: Stage[] = ['reported', 'filed', 'dispatched', 'handling', 'verifying'];

/** What the store is asked for. Errors: 422 for an area, or days the wrong way round. */
export function queryOf(filter: SearchFilter, { userId, rules, now }: View): Omit<EventQuery, 'limit'> {
  const { q, person, matterId, stage, areaId, unitId, rung, from, to } = filter;
  const { roster } = rules;
  const area = areaId ? roster.area(areaId) : undefined;
  if (areaId && !area) throw refused(refuse('unknown_area'));
  if (from && to && from > to) throw new Problem(422, 'bad_input', '开始日期在结束日期之后，请调换。');
  return {
    scopes: scopeOf(userId, roster),
    ...(q && { q }),
    ...(person && { people: peopleCalled(person, roster) }),
    ...(matterId && { matterId }),
    ...(stage && { stages: stage === 'open' ? OPEN : [stage] }),
    ...(area && { areaPath: area.path }),
    ...(unitId && { unitId }),
    ...(rung === 'late' ? { lateAt: now } : rung && { climbed: rung }),
    ...(from && { from: startOf(dayOfDate(from)) }),
    ...(to && { to: startOf(dayOfDate(to) + 1) }),
  };
}

/** Also those who have left: their reports are still theirs. */
function peopleCalled(name: string, { town }: Roster): string[] {
  return town.people.filter((each) => each.name.includes(name)).map(({ userId }) => userId);
}

/** `2026-11-23 10:00`, in China. */
export function stamp(at: number): string {
  return `${dateOf(at)} ${timeOf(at)}`;
}

/** Who leads on it now, or did last. */
export function leading({ tasks }: Pick<Event, 'tasks'>): Task | undefined {
  return tasks.findLast(({ duty }) => duty === 'lead');
}

function rowOf(event: Event, view: View): SearchRow {
  const { roster } = view.rules;
  const task = leading(event);
  return {
    ...summaryOf(event, view),
    reporter: nameOf(event.reporterId, roster),
    unit: roster.unit(task?.unitId ?? '')?.name ?? '',
    assignee: task?.assigneeId ? nameOf(task.assigneeId, roster) : '',
    levelText: levelOf(event),
    time: stamp(event.createdAt),
  };
}

const CLIMB = Object.keys(CLIMBED_WORDS) as (keyof typeof CLIMBED_WORDS)[];

/** The highest of its tasks. */
export function levelOf({ tasks }: Pick<Event, 'tasks'>): string | null {
  const reached = new Set(tasks.map(climbed));
  const highest = CLIMB.findLast((level) => reached.has(level));
  return highest ? CLIMBED_WORDS[highest] : null;
}

/** `“井盖”，处置中，东街街道，2026-11-01 至 2026-11-30` */
export function wordsOfFilter(filter: SearchFilter, roster: Roster): string {
  const { q, person, matterId, stage, areaId, unitId, rung, from, to } = filter;
  const days = from === to ? from : `${from ?? '最早'} 至 ${to ?? '今天'}`;
  const parts = [
    q && `“${q}”`,
    person && `${person}报告或经办`,
    matterId && (roster.matter(matterId)?.name ?? '已撤销的事项'),
    stage && (stage === 'open' ? '未结' : STAGE_WORDS[stage]),
    areaId && (roster.area(areaId)?.name ?? '已撤销的区域'),
    unitId && (roster.unit(unitId)?.name ?? '已撤销的单位'),
    rung && (rung === 'late' ? '已超期' : CLIMBED_WORDS[rung]),
    (from || to) && days,
  ];
  return parts.filter(Boolean).join('，') || '全部';
}

/** Grids are too many for a list to choose from; what happened in one is found by its community. */
function optionsOf({ town }: Roster) {
  const streets = town.areas.filter(({ kind }) => kind === 'street').map(({ id }) => id);
  const streetOf = (path: string) => path.split('/').find((each) => streets.includes(each)) ?? null;
  return {
    areas: town.areas
      .filter(({ kind }) => kind !== 'grid')
      .map(({ id, name, path }) => ({ id, name, streetId: streetOf(path) })),
    units: town.units.map(({ id, name }) => ({ id, name })),
    // Events keep what they are about when it is no longer offered.
    matters: town.matters.map(({ id, name, retired }) => ({ id, name: retired ? `${name}（已停用）` : name })),
  };
}

// ------------------------------------------------------------------------------------------------ filters

const MOST_KEPT = 30;

async function kept({ store, rules }: HttpPorts, who: string) {
  const filters = await store.filters(who);
  return { filters: filters.flatMap((each) => shown(each, rules())) };
}

/** One kept by an older program that no longer reads is left out. */
function shown({ id, name, filter: text }: SavedFilter, { roster }: Rules) {
  const { data: filter } = searchFilter.safeParse(JSON.parse(text));
  return filter ? [{ id, name, filter, words: wordsOfFilter(filter, roster) }] : [];
}

async function keep(ports: HttpPorts, { body, who }: Asked<'POST /api/filters'>) {
  maySearch(ports, who);
  const { name, filter } = body;
  const own = await ports.store.filters(who);
  const full = own.length >= MOST_KEPT && !own.some((each) => each.name === name);
  if (full) throw new Problem(409, 'too_many', `最多存 ${MOST_KEPT} 个查询，请先删去几个。`);
  const createdAt = ports.clock.now();
  await ports.store.putFilter({ id: randomUUID(), userId: who, name, filter: JSON.stringify(filter), createdAt });
  return kept(ports, who);
}
