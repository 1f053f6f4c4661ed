import { type Calendar, type DayPlan, dateOf, dayOfDate, type Session, startOf } from './clock';
import { ancestors } from './roster';
import type { Area, AreaCalendar, CalendarRule } from './types';

/** What the State Council says of a day; `name` of the holiday or make-up day, empty for plain days. */
export interface National {
  isWorkday(date: string): boolean;
  nameOf(date: string): string;
  published(year: number): boolean;
}

const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];

/**
 * The calendar of each area: the nation's days and the district's sessions, with what each area on the way down adds;
 * the nearest area's rule wins, of one area's rules the later one. Each day is worked out once for each area with rules.
 */
export function calendarsOf(
  calendars: readonly AreaCalendar[],
  sessions: readonly Session[],
  national: National,
): (areaPath: string) => Calendar {
  const rulesOf = datedRules(calendars);
  const ofChain = kept((chain: string) => {
    const rules = chain.split('/').flatMap((id) => rulesOf.get(id) ?? []);
    const plan = kept((day: number) => planOf(day, rules, sessions, national));
    return { plan, published: national.published };
  });
  return kept((areaPath: string) => ofChain(rulingOver(areaPath, rulesOf).join('/')));
}

type Dated = CalendarRule & { first: number; last: number };

/** Of each area the newest rule first. */
function datedRules(calendars: readonly AreaCalendar[]): ReadonlyMap<string, Dated[]> {
  const dated = (rule: CalendarRule) => ({ ...rule, first: dayOfDate(rule.from), last: dayOfDate(rule.to) });
  return new Map(calendars.map(({ areaId, rules }) => [areaId, rules.map(dated).reverse()]));
}

/** The areas with rules of their own, the nearest first. */
function rulingOver(areaPath: string, rulesOf: ReadonlyMap<string, Dated[]>): string[] {
  return ancestors(areaPath).filter((id) => rulesOf.has(id));
}

/** More than the days of half a century, and than the areas of a city; beyond that somebody asks for nonsense. */
const MOST_KEPT = 20_000;

function kept<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= MOST_KEPT) known.clear();
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

/** Whether a day is worked, and in which sessions, are two questions: each is answered by the nearest rule about it. */
function planOf(day: number, rules: readonly Dated[], usual: readonly Session[], national: National): DayPlan {
  const today = rules.filter(({ first, last }) => first <= day && day <= last);
  const decided = today.find(({ kind }) => kind !== 'hours');
  const date = dateOf(startOf(day));
  const name = decided?.reason ?? national.nameOf(date);
  const worked = decided ? decided.kind === 'worked' : national.isWorkday(date);
  if (!worked) return { sessions: [], why: name || WEEKDAYS[(day + 4) % 7]! };
  const hours = today.find((rule) => rule.sessions?.length && (rule.kind === 'hours' || rule === decided));
  const because = hours === decided ? [name] : [name, hours?.reason];
  return { sessions: hours?.sessions ?? usual, why: because.filter(Boolean).join('；') };
}

export interface CalendarFault {
  areaId: string;
  /** 1-based place among the area's rules; 0 is the area itself. */
  row: number;
  reason: string;
}

const MOST_CLOSED = 60;
const MOST_RULES = 200;
const MOST_REASON = 60;
const MOST_AHEAD = 5 * 366;

/**
 * What is impossible about calendars, in Chinese, by area and row; empty when they can be enacted.
 * Days before `today` (China date) are history: no change of rules may touch them; '' where there is none to protect.
 */
export function calendarFaults(
  calendars: readonly AreaCalendar[],
  areas: readonly Area[],
  before: readonly AreaCalendar[],
  today: string,
): CalendarFault[] {
  const paths = new Map(areas.map(({ id, path }) => [id, path]));
  const closes = closures(calendars, today);
  const seen = new Set<string>();
  const faults: CalendarFault[] = [];
  for (const { areaId, rules } of calendars) {
    const say = (row: number, reason: string) => faults.push({ areaId, row, reason });
    if (!paths.has(areaId)) say(0, '没有这个区域');
    if (seen.has(areaId)) say(0, '同一区域写了两遍日历');
    seen.add(areaId);
    if (rules.length > MOST_RULES) say(0, `一个区域最多 ${MOST_RULES} 条`);
    for (const [index, rule] of rules.entries()) for (const reason of ruleFaults(rule, today)) say(index + 1, reason);
    const old = before.find((each) => each.areaId === areaId)?.rules ?? [];
    for (const { row, reason } of rewritten(rules, old, today)) say(row, reason);
    const shut = closes(areaId, paths.get(areaId) ?? '');
    if (shut) say(0, `${shut} 前后停办连起来超过 ${MOST_CLOSED} 天`);
  }
  for (const { areaId, rules } of before)
    if (!seen.has(areaId) && rules.some(({ from }) => from < today)) faults.push({ areaId, row: 0, reason: LOST });
  return faults;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

function isDate(text: string): boolean {
  const day = DATE.test(text) ? dayOfDate(text) : Number.NaN;
  return !Number.isNaN(day) && dateOf(startOf(day)) === text;
}

function ruleFaults({ kind, from, to, sessions, reason }: CalendarRule, today: string): string[] {
  if (!isDate(from) || !isDate(to)) return ['日期要写成 2026-11-23，且确有这一天'];
  const faults: string[] = [];
  const days = dayOfDate(to) - dayOfDate(from) + 1;
  if (days < 1) faults.push('结束日期早于开始日期');
  if (kind === 'closed' && days > MOST_CLOSED) faults.push(`停办不能超过 ${MOST_CLOSED} 天`);
  if (days > 366) faults.push('一条规则不能超过一年');
  if (dayOfDate(to) > dayOfDate(today) + MOST_AHEAD) faults.push('日历最多写到五年以内');
  if (reason.trim().length < 2) faults.push('请写明依据');
  if (reason.length > MOST_REASON) faults.push(`依据最多 ${MOST_REASON} 字`);
  if (kind === 'closed' && sessions?.length) faults.push('停办不能再写作息时段');
  if (kind === 'hours' && !sessions?.length) faults.push('请写明作息时段');
  return [...faults, ...sessionFaults(sessions ?? [])];
}

/** What is impossible about the sessions of a day, in Chinese: they follow one another within the day. Having none is the caller's matter. */
export function sessionFaults(sessions: readonly Session[]): string[] {
  const faults: string[] = [];
  let before = 0;
  for (const [opens, closes] of sessions) {
    if (!Number.isInteger(opens) || !Number.isInteger(closes) || opens < before || closes <= opens || closes > 1440)
      faults.push(
        `作息时段要先后相接、不重叠，且在一天之内：${clockText(opens)}–${clockText(closes)}${closes < opens || closes > 1440 ? NIGHT : ''}`,
      );
    before = closes;
  }
  return faults;
}

const NIGHT = '；跨零点的班请拆成零点前后两段，如 22:00–24:00、00:00–06:00';

function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

const LOST = '已生效的日历规则不能删除，只能从今天起另写一条';
const MIXED = '已生效的日历规则不能换次序、不能重复，新规则请写在后面';

/**
 * What a change of one area's rules would do to days gone by. Of a rule that has begun only the end may move, among the
 * days to come; and since the later rule wins, those that have begun keep their order.
 */
function rewritten(
  rules: readonly CalendarRule[],
  old: readonly CalendarRule[],
  today: string,
): { row: number; reason: string }[] {
  const past = begun(rules, today);
  const was = begun(old, today);
  const lacks = (list: Begun[], { text }: Begun) => !list.some((each) => each.text === text);
  const fresh = past.filter((rule) => lacks(was, rule));
  const faults = fresh.map(({ row }) => ({ row, reason: '已过去的日子不能再改，请从今天起' }));
  if (was.some((rule) => lacks(past, rule))) return [...faults, { row: 0, reason: LOST }];
  const kept = past.filter((rule) => !fresh.includes(rule));
  const same = kept.length === was.length && kept.every(({ text }, index) => text === was[index]?.text);
  return same ? faults : [...faults, { row: 0, reason: MIXED }];
}

interface Begun {
  row: number;
  /** What it says of the days before today. */
  text: string;
}

function begun(rules: readonly CalendarRule[], today: string): Begun[] {
  if (!today) return [];
  const yesterday = dateOf(startOf(dayOfDate(today) - 1));
  return rules.flatMap(({ kind, from, to, sessions }, index) => {
    const until = to >= today ? yesterday : to;
    return from < today ? [{ row: index + 1, text: JSON.stringify([kind, from, until, sessions ?? []]) }] : [];
  });
}

/** Weekends and nothing else. */
const PLAIN: National = {
  isWorkday: (date) => new Date(`${date}T00:00:00Z`).getUTCDay() % 6 !== 0,
  nameOf: () => '',
  published: () => true,
};
/** A closure may lie between two weekends. */
const MOST_STILL = MOST_CLOSED + 4;

/**
 * Finds the first day on which an area with closures of its own has stood still for too long: rules that follow one
 * another, its own and those of the areas around it, are one closure. Null when there is none.
 */
function closures(calendars: readonly AreaCalendar[], today: string): (areaId: string, path: string) => string | null {
  const rulesOf = datedRules(calendars);
  const earliest = today ? dayOfDate(today) - MOST_STILL : Number.NEGATIVE_INFINITY;
  return (areaId, path) => {
    if (!rulesOf.get(areaId)?.some(({ kind }) => kind === 'closed')) return null;
    const rules = rulingOver(path, rulesOf).flatMap((id) => rulesOf.get(id) ?? []);
    const shut = rules.filter(({ kind, last }) => kind === 'closed' && last >= earliest);
    if (shut.reduce((days, { first, last }) => days + last - first + 1, 0) <= MOST_CLOSED) return null;
    const begin = Math.max(earliest, Math.min(...shut.map(({ first }) => first)));
    const end = Math.min(Math.max(...shut.map(({ last }) => last)), begin + MOST_AHEAD + 366);
    let still = 0;
    for (let day = begin; day <= end; day += 1) {
      still = planOf(day, rules, [[0, 1440]], PLAIN).sessions.length > 0 ? 0 : still + 1;
      if (still > MOST_STILL) return dateOf(startOf(day));
    }
    return null;
  };
}
