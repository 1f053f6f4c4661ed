import { HOUR, instant, MINUTE } from '../../../server/domain/clock';
import { ahead } from '../../../server/domain/ladder';
import { maySee } from '../../../server/domain/policy';
import type { Decision } from '../../../server/domain/rules';
import { DEFAULTS } from '../../../server/domain/settings';
import { loudAt } from '../../../server/domain/supervising';
import { filed, handled, play, rulesWith } from '../../support/play';
import { tinyRules, tinyTown } from '../../support/town';

/** `lamp`: an hour to acknowledge, four to handle; filed on Monday at 09:00. */

/** When people are sent a card by what the clock has done. */
function heardAt({ wanted }: Decision): number[] {
  return [...new Set(wanted.flatMap(({ notice, dueAt }) => (notice.kind === 'card' ? dueAt : [])))];
}

const RUNGS = ['prewarn', 'blue', 'yellow', 'red'].map((rung) => `dept-01:handle.${rung}`);

describe('each rung once', () => {
  test('a clock set back an hour fires nothing again, and goes on where it was', () => {
    const game = handled();
    game.at(instant('2026-11-23', '15:00'));
    game.tick();
    expect(game.fired()).toEqual(RUNGS.slice(0, 2));
    game.wait(-HOUR);
    game.tick();
    game.wait(HOUR);
    game.tick();
    expect(game.fired()).toEqual(RUNGS.slice(0, 2));
    game.at(instant('2026-11-23', '17:00'));
    game.tick();
    expect(game.fired()).toEqual(RUNGS.slice(0, 3));
  });

  test('a clock set forward three days records every rung, in order', () => {
    const game = handled();
    game.wait(72 * HOUR);
    game.tick();
    expect(game.fired()).toEqual(RUNGS);
  });

  test('six hours of missed ticks: the same', () => {
    const game = handled();
    game.at(instant('2026-11-23', '18:00'));
    game.tick();
    expect(game.fired()).toEqual(RUNGS.slice(0, 3));
    expect(game.tick().entries).toEqual([]);
  });

  test('two tickers at once: the second finds nothing to do', () => {
    const game = handled();
    game.wait(72 * HOUR);
    const [first, second] = [game.tick(), game.tick()];
    expect(first.entries.map(({ action }) => action)).toEqual(['rung', 'rung', 'rung', 'rung', 'idle']);
    expect(second).toMatchObject({ repeated: true, entries: [] });
  });

  test('a unit that finishes while every tick is missed has been late all the same', () => {
    const game = handled();
    game.at(instant('2026-11-23', '15:00') + 1);
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    expect(game.did().slice(-3)).toEqual(['rung', 'rung', 'finish']);
    expect(game.entries.at(-2)).toMatchObject({ by: 'system', data: { due: instant('2026-11-23', '15:00') } });
  });

  test('to the ms: one before the deadline nothing, at the deadline blue', () => {
    const game = handled();
    game.at(instant('2026-11-23', '15:00') - 1);
    game.tick();
    expect(game.fired()).toEqual(RUNGS.slice(0, 1));
    game.wait(1);
    game.tick();
    expect(game.fired()).toEqual(RUNGS.slice(0, 2));
  });
});

test('an extension moves every rung: those past the deadline by the first limit’s shares, not by the longer time', () => {
  const game = handled();
  game.step('zhang', { type: 'extend', reason: '等配件到货' });
  game.step('zhao', { type: 'approve' });
  game.step('qian', { type: 'approve' });
  const moments = ahead(game.task('dept-01'), game.event, game.rules).map(({ step, at }) => [step.rung, at]);
  expect(moments).toEqual([
    // 80 % and all of eight hours, then half of four and four more.
    ['prewarn', instant('2026-11-23', '17:24')],
    ['blue', instant('2026-11-24', '09:00')],
    ['yellow', instant('2026-11-24', '11:00')],
    ['red', instant('2026-11-24', '15:00')],
  ]);
});

describe('two ladders', () => {
  test('acknowledging and handling have ladders of their own', () => {
    const ack = [{ rung: 'blue' as const, share: 1, tell: ['leader' as const] }];
    const game = filed(rulesWith({ ladders: { ack, handle: DEFAULTS.ladders.handle } }));
    game.wait(24 * HOUR);
    game.tick();
    expect(game.fired()).toEqual(['dept-01:ack.blue']);
    expect(game.told('line')).toEqual(['zhao']);
    game.step('zhang', { type: 'ack' });
    game.wait(48 * HOUR);
    game.tick();
    expect(game.fired()).toEqual(['dept-01:ack.blue', ...RUNGS]);
  });

  test('accountability is off until a named leader has signed for it', () => {
    const silent = handled();
    silent.wait(30 * 24 * HOUR);
    silent.tick();
    expect(silent.fired()).toEqual(RUNGS);
    const town = tinyTown();
    const bodies = [
      ['discipline', '区纪委监委', 'jw'],
      ['procuratorate', '区检察院', 'jc'],
    ] as const;
    for (const [kind, name, userId] of bodies) {
      town.units.push({ id: kind, kind, name, areaId: 'd', parentId: null });
      town.people.push({ userId, unionId: userId, name, mobile: null, active: true });
      town.posts.push({ id: userId, userId, role: 'oversight', unitId: kind, areaId: 'd' });
    }
    const game = handled(rulesWith({ accountability: { signedBy: 'zheng', at: 0 } }, tinyRules(town)));
    game.wait(30 * 24 * HOUR);
    game.tick();
    expect(game.fired().at(-1)).toBe('dept-01:handle.accountability');
    expect(game.told('line')).toEqual(expect.arrayContaining(['jw', 'jc']));
  });

  test('whoever is told may see it: the offices’ handlers where nobody has the post, and whoever stands in', () => {
    const town = tinyTown();
    town.units.push({ id: 'discipline', kind: 'discipline', name: '区纪委监委', areaId: 'd', parentId: null });
    for (const [userId, unitId] of [
      ['jw', 'discipline'],
      ['ban', 'centre'],
    ] as const) {
      town.people.push({ userId, unionId: userId, name: userId, mobile: null, active: true });
      town.posts.push({ id: userId, userId, role: 'handler', unitId, areaId: null });
    }
    town.posts = town.posts.filter(({ role }) => role === 'worker' || role === 'handler');
    const rules = rulesWith({ accountability: { signedBy: 'zheng', at: 0 } }, tinyRules(town));
    const game = handled(rules);
    game.wait(30 * 24 * HOUR);
    game.tick();
    const told = [...new Set(game.told('line'))];
    expect(told).toEqual(expect.arrayContaining(['zhang', 'jw', 'ban']));
    expect(told.filter((userId) => !maySee(userId, game.event, rules.roster))).toEqual([]);
    expect(maySee('jw', filed(rules).event, rules.roster)).toBe(false);
  });

  test('a ladder changed while the event is open counts from the change on, and lowers nothing', () => {
    const game = handled();
    game.at(instant('2026-11-23', '15:00'));
    game.tick();
    const [prewarn, blue] = DEFAULTS.ladders.handle;
    game.enact(rulesWith({ ladders: { ...DEFAULTS.ladders, handle: [prewarn!, blue!] } }));
    game.step('system', { type: 'retime' });
    game.wait(30 * 24 * HOUR);
    game.tick();
    expect(game.fired()).toEqual(RUNGS.slice(0, 2));
  });
});

describe('quiet hours', () => {
  const night = instant('2026-11-23', '22:00');
  const morning = instant('2026-11-24', '07:30');

  test('what is not urgent waits for the morning; what is urgent does not', () => {
    expect(loudAt(night, false, DEFAULTS)).toBe(morning);
    expect(loudAt(night, true, DEFAULTS)).toBe(night);
    expect(loudAt(morning - 1, false, DEFAULTS)).toBe(morning);
    expect(loudAt(morning, false, DEFAULTS)).toBe(morning);
  });

  test.each([
    ['none', { from: 0, to: 0 }, '13:30', '13:30'],
    ['at noon', { from: 13 * 60, to: 14 * 60 }, '13:30', '14:00'],
    ['at noon, asked in the evening', { from: 13 * 60, to: 14 * 60 }, '22:00', '22:00'],
  ])('are what the district says: %s', (_, quiet, at, loud) => {
    expect(loudAt(instant('2026-11-23', at), false, { quiet })).toBe(instant('2026-11-23', loud));
  });

  test('a suspension that ends at midnight, a check that is overdue at night: people hear of it in the morning', () => {
    const game = handled();
    game.step('zhang', { type: 'suspend', until: '2026-11-30', reason: '等停电窗口' });
    game.step('zhao', { type: 'approve' });
    game.step('qian', { type: 'approve' });
    game.at(instant('2026-11-30', '00:00'));
    expect(heardAt(game.tick())).toEqual([instant('2026-11-30', '07:30')]);
    game.at(instant('2026-11-30', '22:30'));
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    game.wait(24 * HOUR);
    const overdue = game.tick();
    expect(overdue.entries.map(({ action }) => action)).toEqual(['verify_overdue']);
    expect(heardAt(overdue)).toEqual([instant('2026-12-02', '07:30')]);
  });

  test('urgent events run day and night, whatever clock their condition has', () => {
    const game = play();
    game.report('建设路12号路灯杆要倒了，很危险，马上来人');
    game.step('li', { type: 'file' });
    expect(game.event.urgent).toBe(true);
    game.at(instant('2026-11-23', '20:00'));
    game.step('zhang', { type: 'ack' });
    expect(game.task('dept-01').handleDueAt).toBe(instant('2026-11-24', '00:00'));
  });
});

describe('an acknowledged task that nobody touches', () => {
  const idle = (game: ReturnType<typeof handled>) => game.did().filter((action) => action === 'idle').length;

  test('is brought to mind every two working days, until somebody does something about it', () => {
    const game = handled();
    game.at(instant('2026-11-25', '08:59'));
    game.tick();
    expect(idle(game)).toBe(0);
    game.at(instant('2026-11-25', '09:00'));
    game.tick();
    expect(idle(game)).toBe(1);
    game.step('zhang', { type: 'add', text: '正在等配件', media: [] });
    game.wait(24 * HOUR);
    game.tick();
    expect(idle(game)).toBe(1);
    game.wait(24 * HOUR);
    game.tick();
    expect(idle(game)).toBe(2);
  });

  test('what a colleague adds is something done about it', () => {
    const game = handled();
    game.at(instant('2026-11-24', '17:00'));
    game.step('chen', { type: 'add', text: '正在等配件', media: [] });
    game.at(instant('2026-11-26', '08:59'));
    game.tick();
    expect(idle(game)).toBe(0);
  });

  test('is not brought to mind while it is passed on, suspended, or waits for the leader’s word', () => {
    const passing = handled();
    passing.step('zhang', { type: 'transfer', to: 'dept-02', reason: '应由住建局办' });
    const suspended = handled();
    suspended.step('zhang', { type: 'suspend', until: '2026-12-30', reason: '等停电窗口' });
    suspended.step('zhao', { type: 'approve' });
    suspended.step('qian', { type: 'approve' });
    const confirming = handled(rulesWith({ end: 'unit' }));
    confirming.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    for (const game of [passing, suspended, confirming]) {
      game.wait(14 * 24 * HOUR);
      game.tick();
      expect(idle(game)).toBe(0);
    }
  });

  test('one message, not two, where a rung tells the same person at the same moment', () => {
    const game = handled();
    game.notices.length = 0;
    game.wait(72 * HOUR);
    game.tick();
    expect(idle(game)).toBe(1);
    expect(game.told('line')).toContain('zhang');
    expect(game.told('card')).toEqual([]);
  });

  test('reaches whoever has acknowledged it, or the unit where they have left', () => {
    const game = handled();
    const town = tinyTown();
    for (const person of town.people) if (person.userId === 'zhang') person.active = false;
    game.enact(tinyRules(town));
    game.at(instant('2026-11-25', '08:59'));
    game.tick();
    game.notices.length = 0;
    game.at(instant('2026-11-25', '09:00'));
    game.tick();
    expect(game.told('card')).toEqual(['chen']);
  });
});

test('a calendar changed while the event is open moves its deadline, and the history says so', () => {
  const game = handled();
  const plain = tinyRules();
  const closed = {
    plan: (day: number) => {
      const plan = plain.calendarOf('').plan(day);
      const monday = game.event.createdAt;
      return day === Math.floor((monday + 8 * HOUR) / (24 * HOUR))
        ? { ...plan, sessions: [[480, 720] as const] }
        : plan;
    },
    published: () => true,
  };
  game.wait(10 * MINUTE);
  game.enact({ ...plain, calendarOf: () => closed });
  game.step('system', { type: 'retime' });
  expect(game.task('dept-01').handleDueAt).toBe(instant('2026-11-24', '09:00'));
  expect(game.entries.at(-1)).toMatchObject({
    action: 'retime',
    by: 'system',
    data: { before: instant('2026-11-23', '15:00'), due: instant('2026-11-24', '09:00') },
  });
  expect(game.step('system', { type: 'retime' }).repeated).toBe(true);
});

test('nobody but the program itself may say tick or retime', () => {
  const game = handled();
  expect(game.refused('zheng', { type: 'retime' })).toBe('没有这个操作。');
  expect(game.refused('zheng', { type: 'tick' })).toBe('没有这个操作。');
});

describe('to-dos of what is late', () => {
  const todos = (game: ReturnType<typeof handled>) => {
    const open = new Set<string>();
    for (const notice of game.notices)
      if (notice.kind === 'todo') open[notice.done ? 'delete' : 'add'](`${notice.userId} ${notice.clock}`);
    return [...open];
  };

  test('are ticked off for everybody who got one, as soon as it is acknowledged, and as soon as it is finished', () => {
    const game = filed();
    game.wait(2 * HOUR);
    game.tick();
    expect(todos(game)).toEqual(['zhang ack', 'chen ack']);
    game.step('zhang', { type: 'ack' });
    expect(todos(game)).toEqual([]);
    game.wait(24 * HOUR);
    game.tick();
    expect(todos(game)).toEqual(['zhang handle']);
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    expect(todos(game)).toEqual([]);
  });

  test('an assisting unit that has finished before does not keep the lead’s', () => {
    const game = play();
    game.report('中山路上施工噪音太吵');
    game.step('li', { type: 'file' });
    game.step('zhou', { type: 'ack' });
    game.step('zhang', { type: 'ack' });
    game.wait(3 * HOUR);
    game.tick();
    expect(todos(game)).toEqual(['zhang handle', 'zhou handle']);
    game.step('zhou', { type: 'finish', note: '已协助', media: [] });
    game.step('zhang', { type: 'finish', note: '已制止', media: [] });
    expect(todos(game)).toEqual([]);
  });
});
