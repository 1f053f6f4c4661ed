import fc from 'fast-check';
import {
  afterWorking,
  type Calendar,
  dateOf,
  dayStart,
  dueAt,
  instant,
  limitOf,
  MINUTE,
  timeOf,
} from '../../../server/domain/clock';
import { DEFAULTS } from '../../../server/domain/settings';
import { workCalendar } from '../../../server/flow/town';
import { PLAIN } from '../../support/town';

const calendar = workCalendar(DEFAULTS);

/** Counts working minutes one by one, as a person with a wall calendar would. */
function bruteForce(start: number, minutes: number, { sessions, isWorkday }: Calendar): number {
  let left = minutes;
  for (let at = start; ; at += MINUTE) {
    const minute = (at - dayStart(at)) / MINUTE;
    const working = isWorkday(dateOf(at)) && sessions.some(([from, to]) => minute >= from && minute < to);
    if (working) left -= 1;
    if (left === 0) return at + MINUTE;
  }
}

test('working time agrees with a counter of minutes, over holidays and make-up days', () => {
  const start = fc
    .integer({ min: 0, max: 400 * 1440 })
    .map((minute) => instant('2025-12-01', '00:00') + minute * MINUTE);
  fc.assert(
    fc.property(start, fc.integer({ min: 1, max: 2400 }), (from, minutes) => {
      expect(afterWorking(from, minutes, calendar)).toBe(bruteForce(from, minutes, calendar));
    }),
    { numRuns: 60 },
  );
});

test('a start between two sessions, or at night, counts from the next session', () => {
  expect(afterWorking(instant('2026-11-23', '12:30'), 60, PLAIN)).toBe(instant('2026-11-23', '15:00'));
  expect(afterWorking(instant('2026-11-20', '20:00'), 60, PLAIN)).toBe(instant('2026-11-23', '09:00'));
});

test('National Day is not worked, its make-up Saturday is', () => {
  expect(calendar.isWorkday('2026-10-01')).toBe(false);
  expect(calendar.isWorkday('2026-10-10')).toBe(true);
});

test('urgent hours and natural days run day and night', () => {
  const start = instant('2026-11-21', '23:00');
  expect(dueAt(start, limitOf('urgent_hour', 2), PLAIN)).toBe(instant('2026-11-22', '01:00'));
  expect(dueAt(start, limitOf('natural_day', 1), PLAIN)).toBe(instant('2026-11-22', '23:00'));
});

test('dates and times are those of China', () => {
  const at = Date.parse('2026-11-22T16:30:00Z');
  expect([dateOf(at), timeOf(at)]).toEqual(['2026-11-23', '00:30']);
});
