import { calendarsOf, type National } from '../../../server/domain/calendar';
import { afterWorking, dayOfDate, HOUR, instant, type Session, timeOf } from '../../../server/domain/clock';
import type { AreaCalendar, CalendarRule } from '../../../server/domain/types';
import { national } from '../../../server/flow/national';

/** One street, one community, two grids; the district is Pidu-like, the days are those of 2026. */
const GRID = '/d/s/c/g';
const USUAL: Session[] = [
  [480, 720],
  [840, 1080],
];
const SUMMER: [number, number][] = [
  [480, 720],
  [900, 1140],
];

const one = (kind: CalendarRule['kind'], from: string, to = from, sessions?: [number, number][]): CalendarRule => ({
  ...{ kind, from, to, reason: `${kind} ${from}` },
  ...(sessions && { sessions }),
});

function dayIn(path: string, date: string, calendars: Record<string, CalendarRule[]>, nation: National = national) {
  const list: AreaCalendar[] = Object.entries(calendars).map(([areaId, rules]) => ({ areaId, rules }));
  return calendarsOf(list, USUAL, nation)(path).plan(dayOfDate(date));
}

describe('the nation', () => {
  test('a plain day has the usual sessions and needs no reason', () => {
    expect(dayIn(GRID, '2026-11-23', {})).toEqual({ sessions: USUAL, why: '' });
  });

  test('a weekend says which day it is, a holiday which it is, a make-up day what for', () => {
    const why = (date: string) => dayIn(GRID, date, {}).why;
    expect(['2026-11-21', '2026-11-22', '2026-10-01', '2026-10-10'].map(why)).toEqual([
      '周六',
      '周日',
      '国庆节',
      '国庆节补班',
    ]);
    expect(dayIn(GRID, '2026-10-10', {}).sessions).toEqual(USUAL);
    expect(dayIn(GRID, '2026-10-01', {}).sessions).toEqual([]);
  });

  test('says of each area whether a year is published', () => {
    const of = calendarsOf([{ areaId: 'c', rules: [one('closed', '2026-11-24')] }], USUAL, national);
    for (const path of ['/d', GRID]) expect([2026, 2199].map(of(path).published)).toEqual([true, false]);
  });
});

describe('an area', () => {
  test('closes for a local holiday or a typhoon, and says so', () => {
    const rule = { ...one('closed', '2026-11-23', '2026-11-24'), reason: '台风停工' };
    expect(dayIn(GRID, '2026-11-24', { d: [rule] })).toEqual({ sessions: [], why: '台风停工' });
    expect(dayIn(GRID, '2026-11-25', { d: [rule] }).sessions).toEqual(USUAL);
  });

  test('works on a Saturday to make up, in the usual sessions or in its own', () => {
    const rule = one('worked', '2026-11-21');
    expect(dayIn(GRID, '2026-11-21', { d: [rule] })).toEqual({ sessions: USUAL, why: 'worked 2026-11-21' });
    const morning = one('worked', '2026-11-21', '2026-11-21', [[540, 720]]);
    expect(dayIn(GRID, '2026-11-21', { d: [morning] }).sessions).toEqual([[540, 720]]);
  });

  test('keeps summer hours on the days that are worked anyway, and says why', () => {
    const summer = { ...one('hours', '2026-06-01', '2026-08-31', SUMMER), reason: '夏令作息' };
    expect(dayIn(GRID, '2026-07-01', { d: [summer] })).toEqual({ sessions: SUMMER, why: '夏令作息' });
    expect(dayIn(GRID, '2026-07-04', { d: [summer] })).toEqual({ sessions: [], why: '周六' });
    const due = afterWorking(
      instant('2026-07-01', '11:00'),
      2 * HOUR,
      calendarsOf([{ areaId: 'd', rules: [summer] }], USUAL, national)(GRID),
    );
    expect(timeOf(due)).toBe('16:00');
  });

  test('keeps its special hours on a day of making up, and gives both reasons', () => {
    const summer = { ...one('hours', '2026-09-01', '2026-10-31', SUMMER), reason: '作息' };
    expect(dayIn(GRID, '2026-10-10', { d: [summer] })).toEqual({ sessions: SUMMER, why: '国庆节补班；作息' });
    const extra = { ...one('worked', '2026-09-12'), reason: '加班' };
    expect(dayIn(GRID, '2026-09-12', { d: [summer], c: [extra] })).toEqual({ sessions: SUMMER, why: '加班；作息' });
  });

  test('may have any number of sessions', () => {
    const six = [0, 240, 480, 720, 960, 1200].map((opens): [number, number] => [opens, opens + 120]);
    expect(dayIn(GRID, '2026-11-23', { d: [one('hours', '2026-11-23', '2026-11-23', six)] }).sessions).toEqual(six);
  });

  test('lies in time as on paper: rules hold on their first and their last day, in China', () => {
    const rule = one('closed', '2026-11-24', '2026-11-25');
    const worked = ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26'].map(
      (date) => dayIn(GRID, date, { d: [rule] }).sessions.length > 0,
    );
    expect(worked).toEqual([true, false, false, true]);
  });
});

describe('down the tree', () => {
  const day = '2026-11-23';

  test.each(['d', 's', 'c', 'g'])('a rule of %s holds in the grid', (areaId) => {
    expect(dayIn(GRID, day, { [areaId]: [one('closed', day)] }).sessions).toEqual([]);
  });

  test('a rule holds in its area and those within it, not in others', () => {
    const rules = { c: [one('closed', day)] };
    const open = (path: string) => dayIn(path, day, rules).sessions.length > 0;
    expect(['/d', '/d/s', '/d/s/c', '/d/s/c/g', '/d/s/c2', '/d/s/c2/g2'].map(open)).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
  });

  test('the nearest area wins, whichever way', () => {
    expect(dayIn(GRID, day, { d: [one('closed', day)], c: [one('worked', day)] }).sessions).toEqual(USUAL);
    expect(dayIn(GRID, day, { d: [one('worked', day)], c: [one('closed', day)] }).sessions).toEqual([]);
    const near: [number, number][] = [[600, 660]];
    expect(
      dayIn(GRID, day, { d: [one('hours', day, day, SUMMER)], g: [one('hours', day, day, near)] }).sessions,
    ).toEqual(near);
  });

  test('of one area the later rule wins', () => {
    expect(dayIn(GRID, day, { c: [one('closed', day), one('worked', day)] }).sessions).toEqual(USUAL);
    expect(dayIn(GRID, day, { c: [one('worked', day), one('closed', day)] }).sessions).toEqual([]);
  });

  test('a day opened anew in the usual sessions forgets the hours of the opening it replaces', () => {
    const duty = one('worked', '2026-10-03', '2026-10-03', [[540, 600]]);
    expect(dayIn(GRID, '2026-10-03', { d: [duty], c: [one('worked', '2026-10-03')] }).sessions).toEqual(USUAL);
    expect(dayIn(GRID, '2026-10-03', { d: [duty, one('worked', '2026-10-03')] }).sessions).toEqual(USUAL);
  });

  test('sessions that are empty mean the usual ones', () => {
    expect(dayIn(GRID, '2026-11-21', { d: [one('worked', '2026-11-21', '2026-11-21', [])] }).sessions).toEqual(USUAL);
  });

  test('works out each day once for the areas that share rules, however often it is asked', () => {
    let asked = 0;
    const counting = { ...national, isWorkday: (date: string) => national.isWorkday(date) && ++asked > 0 };
    const of = calendarsOf([{ areaId: 's', rules: [one('closed', '2026-11-24')] }], USUAL, counting);
    for (const path of ['/d/s/c/g', '/d/s/c/g2', '/d/s']) for (let n = 0; n < 3; n += 1) of(path).plan(dayOfDate(day));
    expect(asked).toBe(1);
    of('/d').plan(dayOfDate(day));
    expect(asked).toBe(2);
  });
});
