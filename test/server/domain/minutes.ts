import { createHash } from 'node:crypto';
import { isWorkday } from 'chinese-days';
import tables from 'chinese-days/dist/chinese-days.json';
import fc from 'fast-check';
import { calendarsOf, type National } from '../../../server/domain/calendar';
import {
  afterWorking,
  type Calendar,
  dateOf,
  dayOf,
  dayOfDate,
  dayStart,
  instant,
  MINUTE,
  type Session,
  timeOf,
  workingBetween,
  yearOf,
} from '../../../server/domain/clock';
import type { AreaCalendar, CalendarRule } from '../../../server/domain/types';
import { national } from '../../../server/flow/national';

/**
 * A person with a wall calendar and a stopwatch, to hold the clock's arithmetic against: goes from minute to minute and asks
 * of each whether it is worked. Shares no code with the clock: dates are counted on the fingers, rules are laid over
 * one another from the district down, and the holidays are read from the table itself.
 *
 * Run by itself, it prints what it found in the zone of its process: `node -r ./test/support/register.js <this> [bug] [cases]`.
 */

export interface Case {
  year: number;
  /** 0-based day of the year; may run over into the next one. */
  day: number;
  /** Ms after midnight. */
  time: number;
  /** Working ms to let pass, and plain ms to look ahead. */
  work: number;
  ahead: number;
  sessions: Session[];
  calendars: AreaCalendar[];
  /** Null: the State Council's. */
  nation: { off: string[]; on: string[] } | null;
}

export const PATH = '/d/s/c/g';

// ------------------------------------------------------------------------------------------- the wall calendar

const leap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const lengths = (year: number) => [31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `2026-11-23` of the n-th day of a year, counted month by month. */
export function wallDate(year: number, day: number): string {
  let left = day;
  for (let at = year; ; at += 1)
    for (const [month, length] of lengths(at).entries()) {
      if (left < length) return [at, two(month + 1), two(left + 1)].join('-');
      left -= length;
    }
}

const two = (value: number) => String(value).padStart(2, '0');

/** Zeller's rule: is it a Saturday or a Sunday? */
function isWeekend(date: string): boolean {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  const [y, m] = month < 3 ? [year - 1, month + 12] : [year, month];
  return (
    (day + Math.floor((13 * (m + 1)) / 5) + y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)) % 7 < 2
  );
}

function nationWorks(date: string, nation: Case['nation']): boolean {
  if (nation) return nation.on.includes(date) || (!isWeekend(date) && !nation.off.includes(date));
  const { holidays, workdays } = tables as { holidays: Record<string, string>; workdays: Record<string, string> };
  return date in workdays || (!isWeekend(date) && !(date in holidays));
}

/** Lays the rules over the nation's day one after the other, from the district down to the grid. */
export function wallSessions(date: string, { sessions, calendars, nation }: Case): readonly Session[] {
  let works = nationWorks(date, nation);
  let ruling: CalendarRule | null = null;
  let hours: CalendarRule[] = [];
  for (const areaId of ['d', 's', 'c', 'g'])
    for (const rule of calendars.find((each) => each.areaId === areaId)?.rules ?? []) {
      if (date < rule.from || date > rule.to) continue;
      if (rule.kind === 'hours') hours.push(rule);
      else {
        // A day that is opened or closed anew keeps special hours, but no longer those of the rule that it replaces.
        const replaced: CalendarRule | null = ruling;
        hours = hours.filter((each) => each !== replaced);
        ruling = rule;
        works = rule.kind === 'worked';
        if (works && rule.sessions) hours.push(rule);
      }
    }
  return works ? (hours.at(-1)?.sessions ?? sessions) : [];
}

/** Counts until `enough` working ms have passed, or until `limit` plain ms have. */
function count(one: Case, enough: number, limit: number): { worked: number; passed: number } {
  let { day, time } = one;
  let worked = 0;
  let passed = 0;
  let sessions = wallSessions(wallDate(one.year, day), one);
  while (worked < enough && passed < limit) {
    const minute = Math.floor(time / MINUTE);
    const step = Math.min((minute + 1) * MINUTE - time, limit - passed);
    const open = sessions.some(([opens, closes]) => minute >= opens && minute < closes);
    const used = open ? Math.min(step, enough - worked) : step;
    if (open) worked += used;
    passed += used;
    time += used;
    if (time < 1440 * MINUTE) continue;
    time = 0;
    day += 1;
    sessions = wallSessions(wallDate(one.year, day), one);
  }
  return { worked, passed };
}

// ------------------------------------------------------------------------------------------------- the cases

const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 2, maxLength: 12 });

/** One to six sessions, at least an hour in all, so that counting comes to an end. */
export const sessionsOfADay: fc.Arbitrary<Session[]> = minutes
  .map((set) => set.sort((a, b) => a - b))
  .map((set) => Array.from({ length: Math.floor(set.length / 2) }, (_, n): Session => [set[2 * n]!, set[2 * n + 1]!]))
  .filter((sessions) => sessions.reduce((sum, [opens, closes]) => sum + closes - opens, 0) >= 60);

function ruleNear(year: number, day: number): fc.Arbitrary<CalendarRule> {
  const span = fc.record({ at: fc.integer({ min: -4, max: 20 }), days: fc.integer({ min: 0, max: 6 }) });
  const dates = span.map(({ at, days }) => {
    const first = Math.max(0, day + at);
    return { from: wallDate(year, first), to: wallDate(year, first + days), reason: '依据' };
  });
  const hours = sessionsOfADay.map((sessions) => ({ sessions: sessions.map(([a, b]): [number, number] => [a, b]) }));
  return fc
    .oneof(
      fc.constant({ kind: 'closed' as const }),
      fc.constant({ kind: 'worked' as const }),
      hours.map((sessions) => ({ kind: 'worked' as const, ...sessions })),
      hours.map((sessions) => ({ kind: 'hours' as const, ...sessions })),
    )
    .chain((rule) => dates.map((rest) => ({ ...rest, ...rule })));
}

function calendarsNear(year: number, day: number): fc.Arbitrary<AreaCalendar[]> {
  const rules = fc.array(ruleNear(year, day), { maxLength: 4 });
  // `x` lies elsewhere and must not matter.
  return fc
    .tuple(rules, rules, rules, rules, rules)
    .map((lists) => lists.map((list, index) => ({ areaId: 'dscgx'.charAt(index), rules: list })));
}

function nationNear(year: number, day: number): fc.Arbitrary<Case['nation']> {
  const days = fc.array(
    fc.integer({ min: -2, max: 30 }).map((at) => wallDate(year, Math.max(0, day + at))),
    { maxLength: 6 },
  );
  return fc.option(fc.record({ off: days, on: days }), { freq: 2 });
}

const SECOND = 1000;
/** Whole minutes, seconds, or ms; mostly a few hours, now and then weeks. */
const duration = fc
  .oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 600 * MINUTE }) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 2_400 * MINUTE }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 9_600 * MINUTE }) },
  )
  .chain((ms) => fc.constantFrom(1, SECOND, MINUTE).map((unit) => Math.max(unit, Math.floor(ms / unit) * unit)));

const USUAL: Session[] = [
  [480, 720],
  [840, 1080],
];

export const aCase: fc.Arbitrary<Case> = fc
  .record({ year: fc.integer({ min: 2023, max: 2028 }), day: fc.integer({ min: 0, max: 365 }) })
  .chain(({ year, day }) =>
    fc.record({
      year: fc.constant(year),
      day: fc.constant(day),
      time: fc.oneof(
        fc.integer({ min: 0, max: 1439 }).map((minute) => minute * MINUTE),
        fc.integer({ min: 0, max: 1440 * MINUTE - 1 }),
      ),
      work: duration,
      ahead: fc.integer({ min: 0, max: 5 * 1440 * MINUTE }),
      sessions: fc.oneof(fc.constant(USUAL), sessionsOfADay),
      calendars: calendarsNear(year, day),
      nation: nationNear(year, day),
    }),
  );

/** The instant a case starts at, as the platform itself reckons it. */
export function startOfCase({ year, day, time }: Case): number {
  const clock = [two(Math.floor(time / 3_600_000)), two(Math.floor(time / MINUTE) % 60)].join(':');
  return Date.parse(`${wallDate(year, day)}T${clock}:00+08:00`) + (time % MINUTE);
}

export function calendarOfCase(
  { calendars, sessions, nation }: Case,
  published: National = national,
  path: string = PATH,
): Calendar {
  return calendarsOf(calendars, sessions, nation ? made(nation) : published)(path);
}

function made(nation: NonNullable<Case['nation']>): National {
  return { isWorkday: (date) => nationWorks(date, nation), nameOf: () => '', published: () => true };
}

// -------------------------------------------------------------------------------------------------- the check

export interface Finding {
  zone: string;
  checked: number;
  /** Cases in which clock and counter differ. */
  wrong: number;
  first: unknown;
  /** Of all that the clock answered. */
  digest: string;
}

/** Bugs that the check must catch. */
export type Bug = 'none' | 'zone' | 'session' | 'minute' | 'library' | 'farthest';

function buggy(calendar: Calendar, bug: Bug): Calendar {
  if (bug !== 'session') return calendar;
  const longer = ([opens, closes]: Session): Session => [opens, closes + 1];
  return { ...calendar, plan: (day) => ({ ...calendar.plan(day), sessions: calendar.plan(day).sessions.map(longer) }) };
}

/** The process's own zone, as `getHours()` and its kin would use it. */
function ownZone(at: number): number {
  return at - (new Date(at).getTimezoneOffset() + 480) * MINUTE;
}

function answersOf(one: Case, bug: Bug): number[] {
  const nation = bug === 'library' ? { ...national, isWorkday } : national;
  const calendar = buggy(calendarOfCase(one, nation, bug === 'farthest' ? '/g/c/s/d' : PATH), bug);
  const at = startOfCase(one);
  const from = bug === 'zone' ? ownZone(at) : at;
  const due = afterWorking(from, one.work, calendar) - from;
  const between = workingBetween(from, from + one.ahead, calendar);
  return [bug === 'minute' ? Math.ceil(due / MINUTE) * MINUTE : due, between];
}

function datesOf(at: number): string[] {
  const date = dateOf(at);
  return [
    date,
    timeOf(at),
    String(yearOf(at)),
    String(dayOfDate(date) - dayOf(at)),
    String(instant(date, '00:00') - dayStart(at)),
  ];
}

function expected(one: Case): { answers: number[]; dates: string[] } {
  const date = wallDate(one.year, one.day);
  const time = [two(Math.floor(one.time / 3_600_000)), two(Math.floor(one.time / MINUTE) % 60)].join(':');
  const answers = [
    count(one, one.work, Number.POSITIVE_INFINITY).passed,
    count(one, Number.POSITIVE_INFINITY, one.ahead).worked,
  ];
  return { answers, dates: [date, time, date.slice(0, 4), '0', '0'] };
}

export function check(cases: Case[], bug: Bug = 'none'): Finding {
  const hash = createHash('sha256');
  const wrong = cases.filter((one) => {
    const found = { answers: answersOf(one, bug), dates: datesOf(startOfCase(one)) };
    hash.update(JSON.stringify(found));
    return JSON.stringify(found) !== JSON.stringify(expected(one));
  });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { zone, checked: cases.length, wrong: wrong.length, first: wrong[0] ?? null, digest: hash.digest('hex') };
}

if (require.main === module) {
  const [bug = 'none', number = '5000'] = process.argv.slice(2);
  const cases = fc.sample(aCase, { seed: 20261123, numRuns: Number(number) });
  process.stdout.write(JSON.stringify(check(cases, bug as Bug)));
}
