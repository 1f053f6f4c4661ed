import { CLOCK_WORDS, dueOf } from '../../cards/due';
import { dateWords } from '../../cards/duration';
import type { LateUnit } from '../domain/board';
import {
  type Board,
  type BoardFilter,
  type BoardTime,
  type DayCount,
  NONE,
  type OpenCount,
  plus,
} from '../domain/board';
import { DAY, dateOf, dayStart, instant } from '../domain/clock';
import { LEVEL_WORDS } from '../domain/commands';
import { climbed, isLate, runningDue } from '../domain/ladder';
import { actionsFor, openTasks, scopeOf } from '../domain/policy';
import { refuse } from '../domain/refusal';
import { ancestors, type Roster } from '../domain/roster';
import { responsible } from '../domain/routing';
import { nameOf } from '../domain/rules';
import type { Area, AreaKind, Event, Level, Role, Task } from '../domain/types';
import type { BoardQuery, Scope } from '../ports';
import type { Answer } from './contract';
import type { Asked, Handlers } from './mount';
import type { HttpPorts } from './needs';
import { summaryOf, type View } from './present';
import { refused } from './problem';

/** 今日 and 逾期墙, for those who oversee: counts and lists of what each of them may see. */

type Keys = 'GET /api/overview' | 'GET /api/overview/events' | 'GET /api/wall';

export function overviewRoutes(ports: HttpPorts): Pick<Handlers, Keys> {
  const boardOf = keptBoards(ports);
  return {
    'GET /api/overview': async ({ who }) => {
      const time = timeOf(ports.clock.now());
      return overview(await boardOf(overseen(ports, who), time), time, view(ports, who, time.now));
    },
    'GET /api/overview/events': (asked) => behind(ports, asked),
    'GET /api/wall': async ({ who }) => {
      const time = timeOf(ports.clock.now());
      const scopes = overseen(ports, who);
      const [{ areas, units }, late] = await Promise.all([
        boardOf(scopes, time),
        ports.store.lateUnits(scopes, time.now, WALL),
      ]);
      const looking = view(ports, who, time.now);
      return {
        now: time.now,
        scope: scopeName(scopes, looking.rules.roster),
        total: areas.reduce<OpenCount>(plus, NONE),
        units: late.map((unit) => wallUnit(unit, looking)),
        moreUnits: Math.max(0, units.filter((unit) => unit.late > 0).length - late.length),
      };
    },
  };
}

/** What a wall shows at most: each event costs a millisecond or two to put in words. */
const WALL = { units: 40, events: 6 };

const OVERSEERS: readonly Role[] = ['leader', 'dispatcher', 'supervisor', 'oversight', 'admin'];

/** What this person oversees. Errors: 403 for those who oversee nothing. */
export function overseen({ rules }: HttpPorts, who: string): Scope {
  const { roster } = rules();
  if (!roster.posts(who).some(({ role }) => OVERSEERS.includes(role))) throw refused(refuse('not_allowed'));
  return scopeOf(who, roster);
}

function view(ports: HttpPorts, userId: string, now: number): View {
  return { userId, rules: ports.rules(), now };
}

const TREND = 30;

function timeOf(now: number): BoardTime {
  const start = dayStart(now);
  return { now, dayStart: start, dayEnd: start + DAY, from: start - (TREND - 1) * DAY };
}

/** Many look at the same board: one count serves them all until something changes or a minute has passed. */
function keptBoards({ store }: HttpPorts): (scopes: Scope, time: BoardTime) => Promise<Board> {
  let state = '';
  let kept = new Map<string, Promise<Board>>();
  return async (scopes, time) => {
    const { pulse = 0 } = await store.counters('pulse');
    const present = `${pulse} ${Math.floor(time.now / 60_000)}`;
    if (present !== state) [state, kept] = [present, new Map()];
    const key = JSON.stringify(scopes);
    const board = kept.get(key) ?? store.board(scopes, time);
    kept.set(key, board);
    // A count that failed is no answer for the next one who asks.
    board.catch(() => kept.delete(key));
    return board;
  };
}

// --------------------------------------------------------------------------------------------------- 今日

type Overview = Answer<'GET /api/overview'>;

function overview(board: Board, time: BoardTime, { userId, rules: { roster } }: View): Overview {
  const scopes = scopeOf(userId, roster);
  const { kind, within } = below(scopes, roster);
  const units = board.units
    .filter(({ unitId }) => roster.unit(unitId)?.kind === 'department')
    .map(({ unitId, ...counts }) => ({ id: unitId, name: roster.unit(unitId)!.name, only: false, ...counts }));
  return {
    now: time.now,
    today: dateOf(time.now),
    scope: scopeName(scopes, roster),
    total: board.areas.reduce<OpenCount>(plus, NONE),
    areaKind: KIND_WORDS[kind],
    areas: byArea(board.areas, kind, within, roster).sort(worstFirst),
    units: units.sort(worstFirst),
    trend: everyDay(board.days, time),
  };
}

const KIND_WORDS: Record<AreaKind, string> = { district: '区', street: '街道', community: '社区', grid: '网格' };
const BELOW: Record<AreaKind, AreaKind> = { district: 'street', street: 'community', community: 'grid', grid: 'grid' };

/** Whoever watches one street compares its communities, and so on down. */
function below({ areaPaths }: Scope, roster: Roster): { kind: AreaKind; within: string } {
  const [only, ...others] = areaPaths;
  const area = only && others.length === 0 ? roster.area(ancestors(only)[0] ?? '') : undefined;
  return area ? { kind: BELOW[area.kind], within: area.path } : { kind: 'street', within: '' };
}

function byArea(rows: Board['areas'], kind: AreaKind, within: string, roster: Roster): Overview['areas'] {
  const lines = new Map<string, Overview['areas'][number]>();
  const lineOf = ({ id, name }: Area, only: boolean) =>
    lines.get(`${id} ${only}`) ?? { id, name: only ? `${name}（没有落到${KIND_WORDS[kind]}）` : name, only, ...NONE };
  for (const area of roster.town.areas)
    if (within && area.kind === kind && area.path.startsWith(within))
      lines.set(`${area.id} false`, lineOf(area, false));
  for (const { areaPath, ...counts } of rows) {
    const chain = ancestors(areaPath).flatMap((id) => roster.area(id) ?? []);
    const area = chain.find((each) => each.kind === kind) ?? chain[0];
    if (!area) continue;
    const before = lineOf(area, area.kind !== kind);
    lines.set(`${area.id} ${before.only}`, { ...before, ...plus(before, counts) });
  }
  return [...lines.values()];
}

function worstFirst(a: OpenCount & { id: string }, b: OpenCount & { id: string }): number {
  return b.late - a.late || b.open - a.open || (a.id < b.id ? -1 : 1);
}

function everyDay(days: readonly DayCount[], { from }: BoardTime): Overview['trend'] {
  const known = new Map(days.map((each) => [each.day, each]));
  return Array.from({ length: TREND }, (_, index) => {
    const { reported = 0, closed = 0, overdue = 0 } = known.get(from + index * DAY) ?? {};
    return { day: dateOf(from + index * DAY), reported, closed, overdue };
  });
}

function scopeName({ areaPaths, unitIds }: Scope, roster: Roster): string {
  const areas = areaPaths.flatMap((path) => roster.area(ancestors(path)[0] ?? '')?.name ?? []);
  const names = areas.length > 0 ? areas : unitIds.flatMap((id) => roster.unit(id)?.name ?? []);
  return names.length > 2 ? `${names[0]}等 ${names.length} 处` : names.join('、');
}

// --------------------------------------------------------------------------------------------------- rows

const PAGE = 30;
const WHAT_WORDS: Record<BoardFilter['what'], string> = {
  ...{ open: '在办', urgent: '紧急在办', due: '今日到期', warned: '即将超期', late: '已超期' },
  ...{ reported: '上报', closed: '结案', overdue: '超期' },
};
const OF_A_DAY: readonly BoardFilter['what'][] = ['reported', 'closed', 'overdue'];
const CLIMB_WORDS = { blue: '普通督办', yellow: '黄牌督办', red: '红牌督办', accountability: '问责' } as const;

async function behind(ports: HttpPorts, { query, who }: Asked<'GET /api/overview/events'>) {
  const scopes = overseen(ports, who);
  const time = timeOf(ports.clock.now());
  const looking = view(ports, who, time.now);
  const { filter, title } = filterOf(query, time, looking.rules.roster);
  const asked: BoardQuery = { scopes, filter, time, limit: PAGE + 1, ...before(query.cursor) };
  const [events, count] = await Promise.all([ports.store.boardRows(asked), ports.store.boardCount(asked)]);
  const shown = events.slice(0, PAGE);
  const last = events.length > PAGE ? shown.at(-1) : undefined;
  return {
    title,
    count,
    events: shown.map((event) => summaryOf(event, looking)),
    cursor: last ? `${last.createdAt}_${last.id}` : null,
  };
}

function before(cursor: string | undefined): Pick<BoardQuery, 'before'> {
  const cut = cursor?.indexOf('_') ?? -1;
  return cursor ? { before: { createdAt: Number(cursor.slice(0, cut)), id: cursor.slice(cut + 1) } } : {};
}

/** Errors: an area or unit that there is not. */
function filterOf(query: Asked<'GET /api/overview/events'>['query'], time: BoardTime, roster: Roster) {
  const { what, climb, only } = query;
  const area = query.area ? roster.area(query.area) : undefined;
  if (query.area && !area) throw refused(refuse('unknown_area'));
  const unit = query.unit ? roster.unit(query.unit) : undefined;
  if (query.unit && !unit) throw refused(refuse('unknown_unit', { to: query.unit }));
  const from = query.day ? instant(query.day, '00:00') : time.dayStart;
  const dated = OF_A_DAY.includes(what);
  const filter: BoardFilter = {
    ...{ what, day: { from, to: from + DAY } },
    ...(climb && { climb }),
    ...(area && { areaPath: area.path, only: only === '1' }),
    ...(unit && { unitId: unit.id }),
  };
  const title = [
    dated && dateWords(from, time.now),
    WHAT_WORDS[what],
    climb && CLIMB_WORDS[climb],
    area?.name,
    unit?.name,
  ];
  return { filter, title: title.filter(Boolean).join(' · ') };
}

// ------------------------------------------------------------------------------------------------- 逾期墙

type WallUnit = Answer<'GET /api/wall'>['units'][number];

function wallUnit({ unitId, late, events }: LateUnit, looking: View): WallUnit {
  const items = events.flatMap((event) => wallItem(event, unitId, looking) ?? []);
  return {
    ...{ id: unitId, late },
    name: looking.rules.roster.unit(unitId)?.name ?? '已撤销的单位',
    worst: items[0]?.dueWords ?? '',
    events: items,
  };
}

/** Null when the unit has finished since it was found late. */
function wallItem(event: Event, unitId: string, looking: View): WallUnit['events'][number] | null {
  const { rules, now, userId } = looking;
  const task = latest(event.tasks.filter((each) => each.unitId === unitId && isLate(each, now)));
  if (!task) return null;
  const due = dueOf(task, event, rules, now);
  const climb = climbed(task) ?? 'blue';
  const people = responsible(task, rules.roster).slice(0, 20);
  return {
    ...summaryOf(event, looking),
    ...{ climb, climbText: CLIMB_WORDS[climb], dueWords: `${CLOCK_WORDS[due.clock]}${due.words}` },
    levels: actionsFor(userId, event, rules.roster).includes('supervise') ? levelsLeft(event) : [],
    people: people.map((each) => ({ userId: each, name: nameOf(each, rules.roster) })),
  };
}

function latest(late: Task[]): Task | undefined {
  return late.sort((a, b) => (runningDue(a) ?? 0) - (runningDue(b) ?? 0))[0];
}

/** Those above the highest in force by hand: `supervise` refuses the same and lower ones. */
function levelsLeft(event: Event): Level[] {
  const levels = Object.keys(LEVEL_WORDS) as Level[];
  const inForce = openTasks(event).map(({ supervised }) => (supervised ? levels.indexOf(supervised) : -1));
  return levels.slice(Math.max(...inForce) + 1);
}
