import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { calendarsOf } from '../../../server/domain/calendar';
import {
  after as afterLimit,
  afterWorking,
  type Calendar,
  DAY,
  dateOf,
  dayOf,
  HOUR,
  instant,
  limitOf,
  MINUTE,
  type Session,
  spent,
  startOf,
  timeOf,
  workingBetween,
  yearOf,
} from '../../../server/domain/clock';
import { DEFAULTS } from '../../../server/domain/settings';
import type { CalendarRule } from '../../../server/domain/types';
import { national } from '../../../server/flow/national';
import { nationalCalendar } from '../../../server/flow/town';
import { aCase, type Bug, type Case, calendarOfCase, type Finding, sessionsOfADay, startOfCase } from './minutes';

const calendar = nationalCalendar(DEFAULTS);

describe('against a person who counts minutes', () => {
  const ZONES = ['Asia/Shanghai', 'America/New_York', 'Pacific/Apia'];

  async function checkIn(zone: string, bug: Bug, cases: number): Promise<Finding> {
    const args = ['-r', './test/support/register.js', 'test/server/domain/minutes.ts', bug, String(cases)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, TZ: zone } });
    return JSON.parse(stdout);
  }

  test('5,000 random cases are right to the ms, and the same on servers in China, America and the Pacific', async () => {
    const found = await Promise.all(ZONES.map((zone) => checkIn(zone, 'none', 5_000)));
    expect(found.map(({ zone, checked, wrong, first }) => ({ zone, checked, wrong, first }))).toEqual(
      ZONES.map((zone) => ({ zone, checked: 5_000, wrong: 0, first: null })),
    );
    expect(new Set(found.map(({ digest }) => digest)).size).toBe(1);
  });

  test.each<[Bug, string]>([
    ['session', 'a session that ends a minute late'],
    ['minute', 'deadlines in whole minutes'],
    ['farthest', 'the farthest area winning instead of the nearest'],
    ['zone', "the server's own zone"],
    ['library', 'the holiday library asked by its functions, which read dates in the zone of the server'],
  ])('control, %s: %s is caught', async (bug) => {
    expect((await checkIn('America/New_York', bug, 300)).wrong).toBeGreaterThan(10);
  });
});

describe('whatever the calendar', () => {
  const gap = fc.integer({ min: 0, max: 30 * DAY });

  function holds(what: (one: Case, calendar: Calendar, start: number, gap: number) => void): void {
    fc.assert(
      fc.property(aCase, gap, (one, ahead) => what(one, calendarOfCase(one), startOfCase(one), ahead)),
      { numRuns: 300 },
    );
  }

  test('more time to work never gives an earlier deadline, nor does a later start', () => {
    holds(({ work }, plan, start, more) => {
      const due = afterWorking(start, work, plan);
      expect(afterWorking(start, work + (more % DAY), plan)).toBeGreaterThanOrEqual(due);
      expect(afterWorking(start + more, work, plan)).toBeGreaterThanOrEqual(due);
    });
  });

  test('working time grows with its end, and adds up over a split', () => {
    holds(({ ahead }, plan, start, more) => {
      const [middle, end] = [start + ahead, start + ahead + more];
      const whole = workingBetween(start, end, plan);
      expect(whole).toBe(workingBetween(start, middle, plan) + workingBetween(middle, end, plan));
      expect(whole).toBeGreaterThanOrEqual(workingBetween(start, middle, plan));
    });
  });

  test('finding the deadline and counting up to it undo each other', () => {
    holds(({ work, ahead }, plan, start) => {
      const due = afterWorking(start, work, plan);
      expect(workingBetween(start, due, plan)).toBe(work);
      expect(workingBetween(start, due - 1, plan)).toBe(work - 1);
      const end = start + ahead;
      expect(afterWorking(start, workingBetween(start, end, plan), plan)).toBeLessThanOrEqual(end);
    });
  });

  test('a holiday added never brings a deadline nearer', () => {
    holds((one, plan, start, ahead) => {
      const date = dateOf(start + ahead);
      const closed = withRule(one, { kind: 'closed', from: date, to: date, reason: '地方假日' });
      const off = { isWorkday: (day: string) => day !== date && national.isWorkday(day) };
      const before = calendarsOf(one.calendars, one.sessions, national)('/d/s/c/g');
      const nationwide = calendarsOf(one.calendars, one.sessions, { ...national, ...off })('/d/s/c/g');
      expect(afterWorking(start, one.work, closed)).toBeGreaterThanOrEqual(afterWorking(start, one.work, plan));
      expect(afterWorking(start, one.work, nationwide)).toBeGreaterThanOrEqual(afterWorking(start, one.work, before));
    });
  });

  test('a worked day added never pushes a deadline away', () => {
    holds((one, plan, start) => {
      const free = [...Array(40).keys()]
        .map((n) => dayOf(start) + n)
        .find((day) => plan.plan(day).sessions.length === 0);
      fc.pre(free !== undefined);
      const date = dateOf(startOf(free ?? 0));
      const more = withRule(one, { kind: 'worked', from: date, to: date, reason: '加班' });
      expect(more.plan(free ?? 0).sessions).not.toEqual([]);
      expect(afterWorking(start, one.work, more)).toBeLessThanOrEqual(afterWorking(start, one.work, plan));
    });
  });

  test('control: a holiday that opens a Saturday instead would be noticed', () => {
    const noticed = () =>
      holds((one, plan, start, ahead) => {
        const date = dateOf(start + ahead);
        const slip = withRule(one, { kind: 'worked', from: date, to: date, sessions: [[0, 1440]], reason: '笔误' });
        expect(afterWorking(start, one.work, slip)).toBeGreaterThanOrEqual(afterWorking(start, one.work, plan));
      });
    expect(noticed).toThrow();
  });

  function withRule(one: Case, rule: CalendarRule): Calendar {
    const calendars = one.calendars.map((each) =>
      each.areaId === 'g' ? { ...each, rules: [...each.rules, rule] } : each,
    );
    return calendarOfCase({ ...one, calendars });
  }

  test('any number of sessions a day: a full day is their sum, and ends with the last of them', () => {
    fc.assert(
      fc.property(sessionsOfADay, (sessions) => {
        const plan = nationalCalendar({ sessions });
        const midnight = instant('2026-11-24', '00:00');
        const sum = sessions.reduce((total, [opens, closes]) => total + (closes - opens) * MINUTE, 0);
        expect(workingBetween(midnight, midnight + DAY, plan)).toBe(sum);
        expect(afterWorking(midnight, sum, plan)).toBe(midnight + (sessions.at(-1)?.[1] ?? 0) * MINUTE);
        expect(afterWorking(midnight, sum + 1, plan)).toBe(midnight + DAY + (sessions[0]?.[0] ?? 0) * MINUTE + 1);
      }),
    );
  });
});

describe('by hand', () => {
  test('a start between two sessions, at night or at the weekend counts from the next session', () => {
    expect(afterWorking(instant('2026-11-23', '12:30'), HOUR, calendar)).toBe(instant('2026-11-23', '15:00'));
    expect(afterWorking(instant('2026-11-20', '20:00'), HOUR, calendar)).toBe(instant('2026-11-23', '09:00'));
    expect(afterWorking(instant('2026-11-21', '10:00'), HOUR, calendar)).toBe(instant('2026-11-23', '09:00'));
  });

  test('time that is up with a session is up then, not when the next one begins', () => {
    expect(afterWorking(instant('2026-11-23', '08:00'), 4 * HOUR, calendar)).toBe(instant('2026-11-23', '12:00'));
    expect(afterWorking(instant('2026-11-23', '14:00'), 4 * HOUR, calendar)).toBe(instant('2026-11-23', '18:00'));
  });

  test('no time to wait is no wait, also on a Saturday and when more has been used than there was', () => {
    const saturday = instant('2026-11-21', '10:00');
    expect(afterWorking(saturday, 0, calendar)).toBe(saturday);
    expect(afterWorking(saturday, -HOUR, calendar)).toBe(saturday);
    expect(afterLimit(saturday, -HOUR, true, calendar)).toBe(saturday);
  });

  test('National Day is not worked, its make-up Saturday is', () => {
    const eve = instant('2026-09-30', '17:00');
    expect(afterWorking(eve, 2 * HOUR, calendar)).toBe(instant('2026-10-08', '09:00'));
    expect(afterWorking(instant('2026-10-09', '17:00'), 2 * HOUR, calendar)).toBe(instant('2026-10-10', '09:00'));
  });

  test('urgent hours and natural days run day and night, working hours and days do not', () => {
    const start = instant('2026-11-21', '23:00');
    const due = (clock: Parameters<typeof limitOf>[0], value: number) => {
      const { minutes, continuous } = limitOf(clock, value);
      return [dateOf, timeOf].map((say) => say(afterLimit(start, minutes * MINUTE, continuous, calendar)));
    };
    expect(due('urgent_hour', 2)).toEqual(['2026-11-22', '01:00']);
    expect(due('natural_day', 1)).toEqual(['2026-11-22', '23:00']);
    expect(due('work_hour', 5)).toEqual(['2026-11-23', '15:00']);
    expect(due('work_day', 2)).toEqual(['2026-11-24', '18:00']);
    expect(spent(start, start + DAY, true, calendar)).toBe(DAY);
    expect(spent(start, start + DAY, false, calendar)).toBe(0);
  });

  test('time that runs backwards counts nothing', () => {
    const noon = instant('2026-11-23', '11:00');
    expect(workingBetween(noon, noon - HOUR, calendar)).toBe(0);
    expect(spent(noon, noon - HOUR, true, calendar)).toBe(0);
  });

  test('dates, times and years are those of China', () => {
    const at = Date.parse('2026-12-31T16:30:00Z');
    expect([dateOf(at), timeOf(at), yearOf(at)]).toEqual(['2027-01-01', '00:30', 2027]);
  });

  test('time that will never come is an error, not an endless search', () => {
    const never: Calendar = { plan: () => ({ sessions: [], why: '停办' }), published: () => true };
    const start = instant('2026-11-23', '09:00');
    expect(() => afterWorking(start, 1, never)).toThrow('no end');
    expect(() => afterWorking(start, Number.NaN, calendar)).toThrow('no end');
    expect(() => afterWorking(start, Number.POSITIVE_INFINITY, calendar)).toThrow('no end');
  });

  test('a long limit in short sessions takes its years', () => {
    const brief: Session[] = [[540, 570]];
    const due = afterWorking(instant('2026-01-01', '00:00'), 300 * 8 * HOUR, nationalCalendar({ sessions: brief }));
    expect(yearOf(due)).toBeGreaterThan(2040);
  });
});
