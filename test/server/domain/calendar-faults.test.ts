import fc from 'fast-check';
import { calendarFaults, calendarsOf, sessionFaults } from '../../../server/domain/calendar';
import { dateOf, dayOfDate, startOf } from '../../../server/domain/clock';
import type { Area, AreaCalendar, CalendarRule } from '../../../server/domain/types';
import { national } from '../../../server/flow/national';
import { tinyTown } from '../../support/town';
import { sessionsOfADay } from './minutes';

const TODAY = '2026-11-23';
const areas: Area[] = tinyTown().areas;

const rule = (rest: Partial<CalendarRule>): CalendarRule => ({
  ...{ kind: 'closed', from: '2026-12-01', to: '2026-12-02', reason: '区政府通知' },
  ...rest,
});
const inDays = (days: number) => dateOf(startOf(dayOfDate(TODAY) + days));

/** What is said of the rules of the community, by row. */
function faults(rules: CalendarRule[], before: CalendarRule[] = []): string[] {
  const old: AreaCalendar[] = before.length > 0 ? [{ areaId: 'c', rules: before }] : [];
  return calendarFaults([{ areaId: 'c', rules }], areas, old, TODAY).map(({ row, reason }) => `${row} ${reason}`);
}

test('a possible calendar is let through', () => {
  const good = [
    rule({}),
    rule({ kind: 'worked', from: '2026-12-05', to: '2026-12-05' }),
    rule({
      kind: 'hours',
      from: '2027-06-01',
      to: '2027-08-31',
      sessions: [
        [480, 720],
        [900, 1140],
      ],
    }),
  ];
  expect(faults(good)).toEqual([]);
  expect(calendarFaults([], areas, [], TODAY)).toEqual([]);
});

test.each<[string, Partial<CalendarRule>, string]>([
  ['a date that is no date', { from: '2026年12月1日' }, '日期要写成 2026-11-23，且确有这一天'],
  ['a day that there is not', { from: '2027-02-28', to: '2027-02-29' }, '日期要写成 2026-11-23，且确有这一天'],
  ['a month that there is not', { to: '2026-13-01' }, '日期要写成 2026-11-23，且确有这一天'],
  ['an end before the beginning', { from: '2026-12-02', to: '2026-12-01' }, '结束日期早于开始日期'],
  ['a closure of more than sixty days', { to: '2027-01-30' }, '停办不能超过 60 天'],
  ['a rule for more than a year', { kind: 'hours', to: '2027-12-02', sessions: [[480, 720]] }, '一条规则不能超过一年'],
  ['a rule for a far future', { from: '2099-01-01', to: '2099-01-02' }, '日历最多写到五年以内'],
  ['no ground', { reason: ' 无 ' }, '请写明依据'],
  ['an essay for a ground', { reason: '依'.repeat(61) }, '依据最多 60 字'],
  ['special hours without hours', { kind: 'hours' }, '请写明作息时段'],
  ['a closure with hours', { sessions: [[480, 720]] }, '停办不能再写作息时段'],
  [
    'sessions that overlap',
    {
      kind: 'hours',
      sessions: [
        [480, 720],
        [700, 900],
      ],
    },
    '作息时段要先后相接、不重叠，且在一天之内：11:40–15:00',
  ],
  [
    'sessions out of order',
    {
      kind: 'worked',
      sessions: [
        [840, 1080],
        [480, 720],
      ],
    },
    '作息时段要先后相接、不重叠，且在一天之内：08:00–12:00',
  ],
  [
    'a session that ends before it begins',
    { kind: 'hours', sessions: [[720, 480]] },
    '作息时段要先后相接、不重叠，且在一天之内：12:00–08:00；跨零点的班请拆成零点前后两段，如 22:00–24:00、00:00–06:00',
  ],
  [
    'a session of no length',
    { kind: 'hours', sessions: [[480, 480]] },
    '作息时段要先后相接、不重叠，且在一天之内：08:00–08:00',
  ],
  [
    'a session beyond midnight',
    { kind: 'hours', sessions: [[1320, 1800]] },
    '作息时段要先后相接、不重叠，且在一天之内：22:00–30:00；跨零点的班请拆成零点前后两段，如 22:00–24:00、00:00–06:00',
  ],
  [
    'a session before midnight',
    { kind: 'hours', sessions: [[-60, 60]] },
    '作息时段要先后相接、不重叠，且在一天之内：-1:00–01:00',
  ],
])('%s is refused, by row', (_, rest, reason) => {
  expect(faults([rule({ from: '2026-12-20', to: '2026-12-20' }), rule(rest)])).toEqual([`2 ${reason}`]);
});

test('the longest that is let through: sixty days closed, a leap year of hours, sixty characters', () => {
  const sessions: [number, number][] = [[0, 1440]];
  expect(faults([rule({ from: '2026-12-01', to: '2027-01-29', reason: '依'.repeat(60) })])).toEqual([]);
  expect(faults([rule({ kind: 'hours', from: '2028-01-01', to: '2028-12-31', sessions })])).toEqual([]);
});

test('every bad row is named, not only the first', () => {
  const found = faults([rule({ reason: '' }), rule({}), rule({ to: '2026-11-30' }), rule({ kind: 'hours' })]);
  expect(found.map((fault) => fault.split(' ')[0])).toEqual(['1', '3', '4']);
});

test('an area that is not there, one written twice, and one with too many rules are refused', () => {
  const many = Array.from({ length: 201 }, () => rule({ kind: 'worked' }));
  const list = [
    { areaId: 'nowhere', rules: [] },
    { areaId: 'c', rules: [] },
    { areaId: 'c', rules: [] },
    { areaId: 'g', rules: many },
  ];
  expect(calendarFaults(list, areas, [], TODAY)).toEqual([
    { areaId: 'nowhere', row: 0, reason: '没有这个区域' },
    { areaId: 'c', row: 0, reason: '同一区域写了两遍日历' },
    { areaId: 'g', row: 0, reason: '一个区域最多 200 条' },
  ]);
});

describe('closures that follow one another', () => {
  const closed = (from: number, to: number) => rule({ from: inDays(from), to: inDays(to) });
  const TOO_LONG = /^0 2027-\d\d-\d\d 前后停办连起来超过 60 天$/;

  test('of one area are one closure', () => {
    expect(faults([closed(1, 40), closed(41, 80)])).toEqual([expect.stringMatching(TOO_LONG)]);
    expect(faults([closed(1, 40), closed(48, 87)])).toEqual([]);
  });

  test('are one closure over a weekend too', () => {
    const weeks = [...Array(20).keys()].map((week) => closed(7 * week + 7, 7 * week + 11));
    expect(faults(weeks)).toEqual([expect.stringMatching(TOO_LONG)]);
  });

  test('are one closure also where one is the community’s and the other the district’s', () => {
    const list = [
      { areaId: 'd', rules: [closed(1, 40)] },
      { areaId: 'c', rules: [closed(41, 80)] },
    ];
    const found = calendarFaults(list, areas, [], TODAY);
    expect(found.map(({ areaId, row }) => [areaId, row])).toEqual([['c', 0]]);
  });

  test('are two where the area opens in between', () => {
    expect(faults([closed(1, 40), closed(41, 80), rule({ kind: 'worked', from: inDays(36), to: inDays(47) })])).toEqual(
      [],
    );
  });

  test('cannot stop the clocks for ever: whatever is let through leaves work within ten years', () => {
    const ever = Array.from({ length: 200 }, (_, n) => closed(60 * n + 1, 60 * n + 60));
    expect(faults(ever)).not.toEqual([]);
    const calendar = calendarsOf([{ areaId: 'c', rules: ever.slice(0, 1) }], [[480, 720]], national)('/d/s/c');
    expect(calendar.plan(dayOfDate(inDays(64))).sessions).not.toEqual([]);
  });
});

describe('history is not rewritten', () => {
  const past = rule({ from: '2026-11-02', to: '2026-11-03' });
  const running = rule({ from: '2026-11-20', to: '2026-11-27' });
  const LOST = '0 已生效的日历规则不能删除，只能从今天起另写一条';
  const LATE = '已过去的日子不能再改，请从今天起';

  test('what has begun stays as it is', () => {
    expect(faults([past, running, rule({})], [past, running])).toEqual([]);
  });

  test('a new rule begins today at the earliest', () => {
    expect(faults([rule({ from: '2026-11-22', to: '2026-11-30' })])).toEqual([`1 ${LATE}`]);
    expect(faults([rule({ from: TODAY, to: '2026-11-30' })])).toEqual([]);
  });

  test('a rule that has begun cannot be taken out, with its area or alone', () => {
    expect(faults([], [past])).toEqual([LOST]);
    expect(calendarFaults([], areas, [{ areaId: 'c', rules: [past] }], TODAY)).toEqual([
      { areaId: 'c', row: 0, reason: LOST.slice(2) },
    ]);
  });

  test('a rule that has not begun can be taken out or changed', () => {
    expect(faults([rule({ kind: 'worked' })], [rule({})])).toEqual([]);
    expect(calendarFaults([], areas, [{ areaId: 'c', rules: [rule({})] }], TODAY)).toEqual([]);
  });

  test.each<[string, Partial<CalendarRule>]>([
    ['kind', { kind: 'worked' }],
    ['beginning', { from: '2026-11-19' }],
    ['hours', { kind: 'worked', sessions: [[480, 720]] }],
    ['end, to a day gone by', { to: '2026-11-21' }],
  ])('of a rule that has begun the %s stays', (_, change) => {
    expect(faults([{ ...running, ...change }], [running])).toEqual([`1 ${LATE}`, LOST]);
  });

  test('the end of a running rule may move among the days to come: a typhoon passes early, or stays', () => {
    for (const to of ['2026-11-22', TODAY, '2026-11-24', '2026-12-10'])
      expect(faults([{ ...running, to }], [running])).toEqual([]);
  });

  test('the end of a past rule stays', () => {
    expect(faults([{ ...past, to: '2026-11-04' }], [past])).toEqual([`1 ${LATE}`, LOST]);
  });

  test('its ground may be put better', () => {
    expect(faults([{ ...past, reason: '区政府〔2026〕9 号' }], [past])).toEqual([]);
  });

  test('since the later rule wins, those that have begun keep their order, and none is said twice', () => {
    const opened = rule({ kind: 'worked', from: '2026-11-02', to: '2026-11-02' });
    const MIXED = '0 已生效的日历规则不能换次序、不能重复，新规则请写在后面';
    expect(faults([opened, past], [past, opened])).toEqual([MIXED]);
    expect(faults([past, opened, past], [past, opened])).toEqual([MIXED]);
    expect(faults([past, rule({}), opened], [past, opened])).toEqual([]);
  });
});

test('one to six sessions a day are let through in order, and no two of them overlapping', () => {
  fc.assert(
    fc.property(sessionsOfADay, fc.nat(), (sessions, seed) => {
      expect(sessionFaults(sessions)).toEqual([]);
      const [opens, closes] = sessions[seed % sessions.length] ?? [0, 1];
      const twice = [...sessions, [opens, closes] as const].sort(([a], [b]) => a - b);
      expect(sessionFaults(twice)).not.toEqual([]);
      if (sessions.length > 1) expect(sessionFaults([...sessions].reverse())).not.toEqual([]);
    }),
  );
});
