import { timeline } from '../../cards/history';
import { sampleTown } from '../../prisma/sample/sample';
import { DAY, HOUR, instant, MINUTE } from '../../server/domain/clock';
import { ACTIONS, DEEDS } from '../../server/domain/commands';
import type { Entry } from '../../server/domain/types';
import { filed, type Game, handled, rulesWith } from '../support/play';
import { tinyRules, tinyTown } from '../support/town';

const lines = (game: Game) => timeline(game.entries, game.rules.roster, game.now);
const last = (game: Game) => lines(game).at(-1)!.text;
const reason = '缺灯具配件，厂家后天到货';

describe('a request, step by step', () => {
  it('extension: asked for, agreed on by the first, then granted with its hours', () => {
    const game = handled();
    game.step('zhang', { type: 'extend', reason });
    expect(last(game)).toBe(`申请延期：${reason}`);
    game.step('zhao', { type: 'approve' });
    expect(last(game)).toBe('同意延期（第 1 级，待下一级审批）');
    game.step('qian', { type: 'approve', note: '注意安全' });
    expect(last(game)).toBe('同意延期（已批准，延长 4 小时）：注意安全');
  });

  it('suspension: until when, refused with a reason, granted the second time, resumed by itself', () => {
    const game = handled();
    game.step('zhang', { type: 'suspend', until: '2026-12-10', reason });
    expect(last(game)).toBe(`申请挂账至 12月10日：${reason}`);
    game.step('zhao', { type: 'deny', reason: '可以先装临时灯' });
    expect(last(game)).toBe('不同意挂账：可以先装临时灯');
    game.step('zhang', { type: 'suspend', until: '2027-01-05', reason });
    game.step('zhao', { type: 'approve' });
    game.step('qian', { type: 'approve' });
    expect(last(game)).toBe('同意挂账（已批准，挂账至 2027年1月5日）');
    game.at(instant('2027-01-05', '00:00'));
    game.tick();
    expect(last(game)).toBe('恢复办理（到期自动）');
  });

  it('suspension ended by hand does not claim to have ended by itself', () => {
    const game = handled();
    game.step('zhang', { type: 'suspend', until: '2026-12-10', reason });
    game.step('zhao', { type: 'approve' });
    game.step('qian', { type: 'approve' });
    game.step('zhang', { type: 'resume' });
    expect(last(game)).toBe('恢复办理');
  });

  it('appeal: granted, it does not count', () => {
    const game = handled();
    game.wait(5 * DAY);
    game.tick();
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    game.step('li', { type: 'pass' });
    game.step('zhang', { type: 'appeal', reason: '停电三天，无法施工' });
    expect(last(game)).toBe('申诉：停电三天，无法施工');
    game.step('qian', { type: 'approve' });
    expect(last(game)).toBe('同意申诉（第 1 级，待下一级审批）');
    game.step('sun', { type: 'approve' });
    expect(last(game)).toBe('同意申诉（已批准，不计入考核）');
  });

  it('void: because the unit changed, or because it was finished; not mixed up', () => {
    const moved = handled();
    moved.step('zhang', { type: 'extend', reason });
    moved.step('zhang', { type: 'transfer', to: 'dept-02', reason: '属于小区路灯' });
    expect(lines(moved).at(-2)?.text).toBe('延期申请作废（承办单位已变更）');
    const done = handled();
    done.step('zhang', { type: 'extend', reason });
    done.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    expect(lines(done).at(-2)?.text).toBe('延期申请作废（已办结）');
  });
});

describe('what else happens', () => {
  it('taken back, put right, instructed, supervised', () => {
    const game = filed();
    game.step('qian', { type: 'correct', matterId: 'noise', reason: '是噪声，不是路灯' });
    expect(last(game)).toBe('更正事项为“噪声扰民”：是噪声，不是路灯');
    game.step('qian', { type: 'recall' });
    expect(last(game)).toBe('收回，不再由综合行政执法局办理');
    game.step('qian', { type: 'dispatch', to: 'dept-02' });
    game.step('sun', { type: 'supervise', level: 'blue', reason: '请尽快签收' });
    expect(last(game)).toBe('督办（普通）：请尽快签收');
  });

  it('finished under the unit’s word: waits for its leader, confirmed, or sent back', () => {
    const game = handled(rulesWith({ end: 'unit' }));
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    expect(last(game)).toBe('办结，等单位领导确认：已更换灯泡');
    game.step('zhao', { type: 'redo', reason: '灯罩还没装好' });
    expect(last(game)).toBe('退回经办：灯罩还没装好');
  });

  it('not solved, taken up anew: who goes on', () => {
    const game = handled();
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    game.step('li', { type: 'fail', reason: '晚上还是不亮' });
    expect(last(game)).toBe('核查不通过，由综合行政执法局继续办理：晚上还是不亮');
    game.step('zhang', { type: 'finish', note: '已更换线路', media: [] });
    game.step('li', { type: 'pass' });
    game.step('li', { type: 'reopen', reason: '又不亮了' });
    expect(
      lines(game)
        .slice(-2)
        .map(({ text }) => text),
    ).toEqual(['重开：又不亮了', '重新办理，由综合行政执法局继续办理']);
  });

  it('the clock’s own doings: rungs, idleness, limits found anew', () => {
    const game = handled(rulesWith({ accountability: { signedBy: 'zheng', at: 0 } }));
    game.wait(20 * DAY);
    game.tick();
    const said = lines(game).map(({ text }) => text);
    expect(said).toEqual(
      expect.arrayContaining([
        '综合行政执法局办理黄牌提醒',
        '综合行政执法局办理问责提醒',
        '综合行政执法局久未办理提醒',
      ]),
    );
    const other = handled();
    other.enact({
      ...tinyRules(),
      calendarOf: () => ({ ...tinyRules().calendarOf(''), plan: () => ({ sessions: [[0, 60]], why: '' }) }),
    });
    other.wait(MINUTE);
    other.step('system', { type: 'retime' });
    expect(last(other)).toMatch(/^时限重算：日历或规则已调整，15:00 改为 11月27日 01:00$/);
    expect(lines(other).at(-1)?.who).toBe('系统');
    const calendar = {
      ...tinyRules().calendarOf(''),
      plan: () => ({ sessions: [[0, 3]] as [number, number][], why: '' }),
    };
    other.enact({ ...tinyRules(), calendarOf: () => ({ ...calendar, published: (year: number) => year === 2026 }) });
    other.wait(MINUTE);
    other.step('system', { type: 'retime' });
    expect(last(other)).toMatch(/改为 2027年2月\d+日 00:\d\d（2027 年放假安排未公布，暂按周末推算）$/);
    // A ladder, not a calendar: nobody's deadline has moved, and nothing says that it has.
    const third = handled();
    third.enact(rulesWith({ idleMinutes: 30 }));
    third.step('system', { type: 'retime' });
    expect(last(third)).toBe('提醒时间重排，办理时限不变');
  });
});

it('no line of any action shows an English word or an empty bracket', () => {
  const town = tinyTown();
  const { roster } = tinyRules(town);
  const actions = [...Object.keys(DEEDS), ...Object.keys(ACTIONS), 'rework'];
  const entries = actions.map(
    (action, index): Entry => ({
      ...{ eventId: 'e1', seq: index + 1, at: 0, by: 'li', action, prevHash: '', hash: '' },
      data: {
        task: 'e1.1',
        unit: 'dept-01',
        reason: '理由在此',
        what: 'extend',
        level: 'red',
        rung: 'red',
        clock: 'ack',
        matter: 'lamp',
        until: '2026-12-10',
      },
    }),
  );
  for (const { text } of timeline(entries, roster, HOUR)) expect(text).toMatch(/^[^a-zA-Z]*$/);
  for (const { text } of timeline(entries, roster, HOUR)) expect(text).not.toMatch(/（）|“”|undefined|NaN/);
  // Control: an action nobody has words for would be seen.
  expect(timeline([{ ...entries[0]!, action: 'teleport' }], roster, HOUR)[0]?.text).toMatch(/[a-z]/);
});

it('the sample town’s units are named in full', () => {
  const { roster } = tinyRules(sampleTown());
  const entry: Entry = {
    ...{ eventId: 'e1', seq: 1, at: 0, by: 'system', action: 'dispatch', prevHash: '', hash: '' },
    data: { to: 'dept-03', why: '权责清单' },
  };
  expect(timeline([entry], roster, 0)[0]?.text).toBe(`派遣到${roster.unit('dept-03')?.name}：权责清单`);
});
