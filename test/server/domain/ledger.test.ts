import { calendarsOf } from '../../../server/domain/calendar';
import { DAY, dateOf, HOUR, instant, MINUTE, timeOf } from '../../../server/domain/clock';
import { isLate } from '../../../server/domain/ladder';
import { type LedgerLine, ledgerOf } from '../../../server/domain/ledger';
import { DEFAULTS } from '../../../server/domain/settings';
import type { CalendarRule } from '../../../server/domain/types';
import { filed, type Game, handled, play, rulesWith } from '../../support/play';
import { tinyRules, tinyTown } from '../../support/town';

/** 为什么是这个时间: `lamp` allows four working hours from acknowledging, on Monday at 09:00. */

function told(game: Game, planned = false): string[] {
  const ledger = ledgerOf(game.task('dept-01'), 'handle', game.event, game.rules, game.now)!;
  return ledger.lines.filter((line) => line.planned === planned).map(say);
}

function say({ from, to, state, why, ms }: LedgerLine): string {
  const mark = { running: '+', paused: '=', off: '-' }[state];
  const day = dateOf(from).slice(5);
  return `${day} ${timeOf(from)}–${timeOf(to)} ${mark}${ms / MINUTE} ${why}`;
}

test('a working day: morning, break, afternoon', () => {
  const game = handled();
  game.at(instant('2026-11-23', '14:30'));
  expect(told(game)).toEqual([
    '11-23 09:00–12:00 +180 处置中',
    '11-23 12:00–14:00 -0 午休',
    '11-23 14:00–14:30 +30 处置中',
  ]);
});

test('how the deadline is reached from now on stands apart as planned', () => {
  const game = handled();
  game.at(instant('2026-11-23', '14:30'));
  expect(told(game, true)).toEqual(['11-23 14:30–15:00 +30 处置中']);
});

test('nights, weekends, pauses: each by its name', () => {
  const game = play();
  game.at(instant('2026-11-27', '15:00'));
  game.report('建设路12号路灯不亮');
  game.step('li', { type: 'file' });
  game.step('zhang', { type: 'ack' });
  game.at(instant('2026-11-27', '17:00'));
  game.step('zhang', { type: 'return', reason: '不属于我单位职责' });
  game.wait(20 * MINUTE);
  game.step('qian', { type: 'dispatch', to: 'dept-01' });
  game.wait(10 * MINUTE);
  game.step('zhang', { type: 'ack' });
  game.at(instant('2026-11-30', '08:30'));
  expect(told(game)).toEqual([
    '11-27 15:00–17:00 +120 处置中',
    '11-27 17:00–17:30 =0 已退回，暂停计时',
    '11-27 17:30–18:00 +30 处置中',
    '11-27 18:00–00:00 -0 下班',
    '11-28 00:00–00:00 -0 周末',
    '11-30 00:00–08:00 -0 下班',
    '11-30 08:00–08:30 +30 处置中',
  ]);
});

test('an urgent clock runs through the night: one line up to the deadline, one beyond', () => {
  const game = play();
  game.at(instant('2026-11-23', '17:00'));
  game.report('中山路上施工噪音太吵');
  game.step('li', { type: 'file' });
  game.step('zhang', { type: 'ack' });
  game.wait(20 * HOUR);
  expect(told(game)).toEqual(['11-23 17:00–19:00 +120 处置中', '11-23 19:00–13:00 +1080 处置中']);
});

test('sessions that meet at midnight are one line, with the time of both days', () => {
  const plain = tinyRules().calendarOf('');
  const calendar = { ...plain, plan: () => ({ sessions: [[0, 360] as const, [1200, 1440] as const], why: '' }) };
  const game = play({ ...tinyRules(), calendarOf: () => calendar });
  game.at(instant('2026-11-23', '22:00'));
  game.report('建设路12号路灯不亮');
  game.step('li', { type: 'file' });
  game.step('zhang', { type: 'ack' });
  game.at(instant('2026-11-24', '01:30'));
  expect(told(game)).toEqual(['11-23 22:00–01:30 +210 处置中']);
  expect(told(game, true)).toEqual(['11-24 01:30–02:00 +30 处置中']);
});

test('a local holiday is told by its reason, and only to the units it is for', () => {
  const town = tinyTown();
  const calendars = [
    { areaId: 'd', rules: [{ kind: 'closed' as const, from: '2026-11-24', to: '2026-11-24', reason: '暴雨停工' }] },
  ];
  const national = { isWorkday: () => true, nameOf: () => '', published: (year: number) => year === 2026 };
  const calendarOf = calendarsOf(calendars, DEFAULTS.sessions, national);
  const game = handled({ ...tinyRules(town), calendarOf });
  game.at(instant('2026-11-25', '08:00'));
  expect(told(game).filter((line) => line.includes('暴雨停工'))).toEqual(['11-24 00:00–00:00 -0 暴雨停工']);
});

test('the working time is that of the unit that has it, not of the place where it happened', () => {
  const closed = (areaId: string) => ({
    ...{ areaId, rules: [{ kind: 'closed' as const, from: '2026-11-23', to: '2026-11-23', reason: '停电' }] },
  });
  const national = { isWorkday: () => true, nameOf: () => '', published: () => true };
  const dueWhere = (areaId: string, to: string, by: string) => {
    const game = filed({ ...tinyRules(), calendarOf: calendarsOf([closed(areaId)], DEFAULTS.sessions, national) });
    if (to !== 'dept-01') {
      game.step('qian', { type: 'recall' });
      game.step('qian', { type: 'dispatch', to });
    }
    game.step(by, { type: 'ack' });
    return game.task(to).handleDueAt;
  };
  const [open, later] = [instant('2026-11-23', '15:00'), instant('2026-11-24', '12:00')];
  // The street is closed: that stops the street’s people, not the department of the district.
  expect([dueWhere('s', 'dept-01', 'zhang'), dueWhere('s', 'u-s', 'feng')]).toEqual([open, later]);
  expect([dueWhere('d', 'dept-01', 'zhang'), dueWhere('d', 'u-s', 'feng')]).toEqual([later, later]);
});

test('a clock set back tells only what has been by then, and still adds up', () => {
  const game = handled();
  game.wait(2 * HOUR);
  game.step('zhang', { type: 'return', reason: '不属于我单位职责' });
  game.wait(-HOUR);
  const ledger = ledgerOf(game.task('dept-01'), 'handle', game.event, game.rules, game.now)!;
  expect(ledger.lines.map(say)).toEqual(['11-23 09:00–10:00 +60 处置中']);
  expect(ledger.used).toBe(HOUR);
});

test('a deadline in a year whose holidays are not published says which year it leans on', () => {
  const national = { isWorkday: () => true, nameOf: () => '', published: (year: number) => year === 2026 };
  const calendarOf = calendarsOf([], DEFAULTS.sessions, national);
  const game = play({ ...tinyRules(), calendarOf });
  game.at(instant('2026-12-31', '16:00'));
  game.report('建设路12号路灯不亮');
  game.step('li', { type: 'file' });
  game.step('zhang', { type: 'ack' });
  const ledger = ledgerOf(game.task('dept-01'), 'handle', game.event, game.rules, game.now)!;
  expect(ledger.dueAt).toBe(instant('2027-01-01', '10:00'));
  expect(ledger.unpublished).toEqual([2027]);
  // Gone by, it still leans on that year: on its holiday nobody would have been late.
  game.wait(5 * DAY);
  game.tick();
  expect(ledgerOf(game.task('dept-01'), 'handle', game.event, game.rules, game.now)!.unpublished).toEqual([2027]);
});

test('a break is called a break, and the hours between a morning and a night are not', () => {
  const rules: CalendarRule[] = [
    {
      ...{ kind: 'hours', from: '2026-11-23', to: '2026-11-23', reason: '夜市作息' },
      sessions: [
        [0, 120],
        [540, 600],
        [720, 780],
        [1320, 1440],
      ],
    },
  ];
  const national = { isWorkday: () => true, nameOf: () => '', published: () => true };
  const calendarOf = calendarsOf([{ areaId: 'd', rules }], DEFAULTS.sessions, national);
  const game = handled({ ...tinyRules(), calendarOf });
  game.wait(DAY);
  expect(told(game).filter((line) => / -0 /.test(line))).toEqual([
    '11-23 10:00–12:00 -0 午休',
    '11-23 13:00–22:00 -0 下班',
    '11-24 00:00–08:00 -0 下班',
  ]);
});

test('days that are worked for a reason, or by other hours, name it', () => {
  const rule = (kind: 'worked' | 'hours', date: string, reason: string, sessions?: [number, number][]) => ({
    ...{ kind, from: date, to: date, reason, ...(sessions && { sessions }) },
  });
  const rules = [
    rule('worked', '2026-11-28', '迎检补班'),
    rule('hours', '2026-11-30', '冬季作息', [
      [540, 720],
      [810, 1050],
    ]),
  ];
  const national = {
    isWorkday: (date: string) => !['2026-11-28', '2026-11-29'].includes(date),
    nameOf: () => '',
    published: () => true,
  };
  const calendarOf = calendarsOf([{ areaId: 'd', rules }], DEFAULTS.sessions, national);
  const game = play({ ...tinyRules(), calendarOf });
  game.at(instant('2026-11-27', '17:00'));
  game.report('建设路12号路灯不亮');
  game.step('li', { type: 'file' });
  game.step('zhang', { type: 'ack' });
  game.at(instant('2026-11-30', '14:00'));
  const { lines } = ledgerOf(game.task('dept-01'), 'handle', game.event, game.rules, game.now)!;
  expect(lines.filter(({ state }) => state === 'running').map((line) => [say(line), line.day])).toEqual([
    ['11-27 17:00–18:00 +60 处置中', ''],
    ['11-28 08:00–11:00 +180 处置中', '迎检补班'],
    ['11-28 11:00–12:00 +60 处置中', '迎检补班'],
    ['11-28 14:00–18:00 +240 处置中', '迎检补班'],
    ['11-30 09:00–12:00 +180 处置中', '冬季作息'],
    ['11-30 13:30–14:00 +30 处置中', '冬季作息'],
  ]);
});

describe('a deadline that has passed', () => {
  const late = (time: string) => {
    const game = handled();
    game.at(instant('2026-11-23', time));
    return ledgerOf(game.task('dept-01'), 'handle', game.event, game.rules, game.now)!;
  };

  test('stands between two lines, and the sum is what it was', () => {
    const { lines, dueAt, used, allowed } = late('16:30');
    expect(lines.map((line) => [say(line), line.over])).toEqual([
      ['11-23 09:00–12:00 +180 处置中', false],
      ['11-23 12:00–14:00 -0 午休', false],
      ['11-23 14:00–15:00 +60 处置中', false],
      ['11-23 15:00–16:30 +90 处置中', true],
    ]);
    expect(dueAt).toBe(instant('2026-11-23', '15:00'));
    const sum = (over: boolean) => lines.filter((line) => line.over === over).reduce((ms, line) => ms + line.ms, 0);
    expect([sum(false), sum(false) + sum(true)]).toEqual([allowed * MINUTE, used]);
  });

  test('is passed as soon as on the card: a moment later, though nobody works then', () => {
    expect(late('15:00').late).toBe(false);
    expect(late('15:01').late).toBe(true);
    const game = play();
    game.at(instant('2026-11-23', '14:00'));
    game.report('建设路12号路灯不亮');
    game.step('li', { type: 'file' });
    game.step('zhang', { type: 'ack' });
    game.at(instant('2026-11-23', '20:00'));
    const { used, allowed, ...ledger } = ledgerOf(game.task('dept-01'), 'handle', game.event, game.rules, game.now)!;
    expect(used).toBe(allowed * MINUTE);
    expect(ledger).toMatchObject({ late: true, dueAt: instant('2026-11-23', '18:00') });
    expect(isLate(game.task('dept-01'), game.now)).toBe(true);
  });
});

test('the clock of acknowledging has a ledger of its own, and what never ran has none', () => {
  const game = play(rulesWith({}));
  game.report('建设路12号路灯不亮');
  game.step('li', { type: 'file' });
  game.wait(20 * MINUTE);
  const ack = ledgerOf(game.task('dept-01'), 'ack', game.event, game.rules, game.now)!;
  expect(ack.lines.map(say)).toEqual(['11-23 09:00–09:20 +20 待签收', '11-23 09:20–10:00 +40 待签收']);
  expect(ledgerOf(game.task('dept-01'), 'handle', game.event, game.rules, game.now)).toBeNull();
});
