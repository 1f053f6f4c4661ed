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
  const rulesOf = new Map(calendars.map(({ areaId, rules }) => [areaId, rules]));
  const known = new Map<string, Calendar>();
  return (areaPath) => {
    const ruling = ancestors(areaPath).filter((id) => rulesOf.has(id));
    const key = ruling.join('/');
    const found = known.get(key);
    if (found) return found;
    // The nearest area first, and of each area the newest rule first.
    const rules = ruling.flatMap((id) => [...(rulesOf.get(id) ?? [])].reverse()).map(dated);
    const calendar = remembering((day) => planOf(day, rules, sessions, national), national);
    known.set(key, calendar);
    return calendar;
  };
}

type Dated = CalendarRule & { first: number; last: number };

function dated(rule: CalendarRule): Dated {
  return { ...rule, first: dayOfDate(rule.from), last: dayOfDate(rule.to) };
}

function remembering(plan: (day: number) => DayPlan, { published }: National): Calendar {
  const days = new Map<number, DayPlan>();
  return {
    plan(day) {
      const found = days.get(day);
      if (found) return found;
      const made = plan(day);
      days.set(day, made);
      return made;
    },
    published,
  };
}

function planOf(day: number, rules: Dated[], sessions: readonly Session[], national: National): DayPlan {
  const today = rules.filter(({ first, last }) => first <= day && day <= last);
  const hours = today.find((rule) => rule.kind !== 'closed' && rule.sessions)?.sessions ?? sessions;
  const decided = today.find(({ kind }) => kind !== 'hours');
  if (decided) return { sessions: decided.kind === 'closed' ? [] : hours, why: decided.reason };
  const date = dateOf(startOf(day));
  const name = national.nameOf(date);
  if (!national.isWorkday(date)) return { sessions: [], why: name || WEEKDAYS[(day + 4) % 7]! };
  return { sessions: hours, why: name };
}

export interface CalendarFault {
  areaId: string;
  /** 1-based place among the area's rules; 0 is the area itself. */
  row: number;
  reason: string;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MOST_CLOSED = 60;
const MOST_RULES = 200;

/**
 * What is impossible about calendars, in Chinese, by area and row; empty when they can be enacted.
 * Days before `today` (China date) are history: a rule that is new or changed may not touch them.
 */
export function calendarFaults(
  calendars: readonly AreaCalendar[],
  areas: readonly Area[],
  before: readonly AreaCalendar[],
  today: string,
): CalendarFault[] {
  const known = new Set(areas.map(({ id }) => id));
  const seen = new Set<string>();
  const faults: CalendarFault[] = [];
  for (const { areaId, rules } of calendars) {
    const say = (row: number, reason: string) => faults.push({ areaId, row, reason });
    if (!known.has(areaId)) say(0, '没有这个区域');
    if (seen.has(areaId)) say(0, '同一区域写了两遍日历');
    seen.add(areaId);
    if (rules.length > MOST_RULES) say(0, `一个区域最多 ${MOST_RULES} 条`);
    for (const [index, rule] of rules.entries()) for (const reason of ruleFaults(rule)) say(index + 1, reason);
    for (const reason of rewritten(areaId, rules, before, today)) say(reason.row, reason.reason);
  }
  const gone = before.filter(({ areaId }) => !seen.has(areaId));
  for (const { areaId, rules } of gone)
    if (rules.some(({ from }) => from < today)) faults.push({ areaId, row: 0, reason: '已生效的日历规则不能删除' });
  return faults;
}

function ruleFaults({ kind, from, to, sessions, reason }: CalendarRule): string[] {
  const faults: string[] = [];
  const first = dayOfDate(from);
  const last = dayOfDate(to);
  if (!DATE.test(from) || !DATE.test(to) || dateOf(startOf(first || 0)) !== from || dateOf(startOf(last || 0)) !== to)
    return ['日期要写成 2026-11-23，且确有这一天'];
  if (last < first) faults.push('结束日期早于开始日期');
  if (kind === 'closed' && last - first >= MOST_CLOSED) faults.push(`停办不能超过 ${MOST_CLOSED} 天`);
  if (last - first > 366) faults.push('一条规则不能超过一年');
  if (reason.trim().length < 2) faults.push('请写明依据');
  if (kind === 'hours' && !sessions?.length) faults.push('请写明作息时段');
  if (kind === 'closed' && sessions?.length) faults.push('停办不能再写作息时段');
  return [...faults, ...sessionFaults(sessions ?? [])];
}

/** Sessions must follow one another within one day. */
export function sessionFaults(sessions: readonly Session[]): string[] {
  const faults: string[] = [];
  let before = 0;
  for (const [opens, closes] of sessions) {
    if (!Number.isInteger(opens) || !Number.isInteger(closes) || opens < before || closes <= opens || closes > 1440)
      faults.push(`作息时段要先后相接、不重叠，且在一天之内：${clockText(opens)}–${clockText(closes)}`);
    before = closes;
  }
  return faults;
}

function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** Rules that have begun to count stay as they are; only their end may move, and not before today. */
function rewritten(
  areaId: string,
  rules: readonly CalendarRule[],
  before: readonly AreaCalendar[],
  today: string,
): { row: number; reason: string }[] {
  const old = before.find((each) => each.areaId === areaId)?.rules ?? [];
  const isOld = (rule: CalendarRule) => old.some((each) => sameRule(each, rule, today));
  const fresh = rules.flatMap((rule, index) =>
    rule.from < today && !isOld(rule) ? [{ row: index + 1, reason: '已过去的日子不能再改，请从今天起' }] : [],
  );
  const lost = old.some((each) => each.from < today && !rules.some((rule) => sameRule(each, rule, today)));
  return lost ? [...fresh, { row: 0, reason: '已生效的日历规则不能删除，只能从今天起另写一条' }] : fresh;
}

function sameRule(old: CalendarRule, rule: CalendarRule, today: string): boolean {
  const same =
    old.kind === rule.kind &&
    old.from === rule.from &&
    JSON.stringify(old.sessions ?? null) === JSON.stringify(rule.sessions ?? null);
  return same && (old.to === rule.to || (old.to >= today && rule.to >= today));
}
