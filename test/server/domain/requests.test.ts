import { HOUR, instant, MINUTE } from '../../../server/domain/clock';
import { actionsFor } from '../../../server/domain/policy';
import { replay } from '../../../server/domain/replay';
import { adder } from '../../../server/domain/tally';
import { filed, type Game, handled, play, rulesWith } from '../../support/play';
import { tinyRules, tinyTown } from '../../support/town';

/** 延期, 挂账, 申诉: asked by the unit, decided by two others. `lamp`: four working hours, acknowledged Monday 09:00, due 15:00. */

function agreed(game: Game): Game {
  game.step('zhao', { type: 'approve' });
  game.step('qian', { type: 'approve' });
  return game;
}

function late(): Game {
  const game = handled();
  game.wait(24 * HOUR);
  game.tick();
  game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
  game.step('li', { type: 'pass' });
  return game;
}

describe('延期', () => {
  test('adds the first limit once more, when the unit’s leader and a dispatcher have agreed', () => {
    const game = handled();
    game.step('zhang', { type: 'extend', reason: '等配件到货' });
    game.step('zhao', { type: 'approve' });
    expect(game.task('dept-01').handleDueAt).toBe(instant('2026-11-23', '15:00'));
    game.step('qian', { type: 'approve' });
    expect(game.task('dept-01').handleDueAt).toBe(instant('2026-11-24', '09:00'));
    expect(game.event.tasks[0]).toMatchObject({ extensions: 1, extended: 240, request: null });
  });

  test('twice at most, the first limit each time; refused ones do not count', () => {
    const game = handled();
    for (const answer of ['deny', 'approve', 'approve'] as const) {
      game.step('zhang', { type: 'extend', reason: '等配件到货' });
      if (answer === 'deny') game.step('zhao', { type: 'deny', reason: '先抓紧办' });
      else agreed(game);
    }
    expect(game.task('dept-01').extended).toBe(2 * 240);
    expect(game.refused('zhang', { type: 'extend', reason: '还要等' })).toBe('每件事最多延期 2 次，已经用完。');
  });

  test('never after the deadline: neither asked for nor granted', () => {
    const game = handled();
    game.step('zhang', { type: 'extend', reason: '等配件到货' });
    game.step('zhao', { type: 'approve' });
    game.at(instant('2026-11-23', '15:01'));
    expect(game.refused('qian', { type: 'approve' })).toContain('已超过办理时限');
    game.step('qian', { type: 'deny', reason: '已经超期' });
    expect(game.refused('zhang', { type: 'extend', reason: '再给点时间' })).toContain('已超过办理时限');
  });

  test('while it is pending there is no second request, and the clock runs on', () => {
    const game = handled();
    game.step('zhang', { type: 'extend', reason: '等配件到货' });
    game.wait(HOUR);
    expect(game.refused('zhang', { type: 'suspend', until: '2026-12-01', reason: '等配件' })).toBe(
      '张三 09:00已申请延期，正在等待审批。',
    );
    expect(game.used('dept-01')).toBe(60);
  });

  test('nobody decides about their own request, and nobody decides twice', () => {
    const town = tinyTown();
    // One person who leads the unit and dispatches, and a colleague.
    town.posts.push({ id: 'zhao.dispatcher', userId: 'zhao', role: 'dispatcher', unitId: 'u-s', areaId: 's' });
    const game = handled(tinyRules(town));
    game.step('zhang', { type: 'extend', reason: '等配件到货' });
    game.step('zhao', { type: 'approve' });
    expect(game.refused('zhao', { type: 'approve' })).toContain('不能审批自己的申请');
    game.step('qian', { type: 'approve' });
    expect(game.event.tasks[0]).toMatchObject({ extensions: 1 });
  });

  test('whoever asks does not decide, though they hold the post that would', () => {
    const town = tinyTown();
    town.posts.push({ id: 'zhang.dispatcher', userId: 'zhang', role: 'dispatcher', unitId: 'u-s', areaId: 's' });
    const game = handled(tinyRules(town));
    game.step('zhang', { type: 'extend', reason: '等配件到货' });
    game.step('zhao', { type: 'approve' });
    expect(game.refused('zhang', { type: 'approve' })).toContain('不能审批自己的申请');
    expect(game.refused('zhang', { type: 'deny', reason: '不用了' })).toContain('不能审批自己的申请');
    game.step('qian', { type: 'approve' });
    expect(game.event.tasks[0]).toMatchObject({ extensions: 1 });
  });

  test('a leader does not ask themselves: the dispatcher alone decides', () => {
    const game = handled();
    game.step('zhao', { type: 'extend', reason: '等配件到货' });
    expect(game.event.tasks[0]?.request?.approvers).toEqual(['dispatcher']);
    game.step('qian', { type: 'approve' });
    expect(game.event.tasks[0]).toMatchObject({ extensions: 1 });
  });

  test('each who decides is told when it is their turn, the asker when it is decided', () => {
    const game = handled();
    game.notices.length = 0;
    game.step('zhang', { type: 'extend', reason: '等配件到货' });
    expect(game.told('card')).toEqual(['zhao']);
    game.step('zhao', { type: 'approve' });
    expect(game.told('card')).toEqual(['zhao', 'qian']);
    game.step('qian', { type: 'deny', reason: '今天必须修好' });
    expect(game.told('card')).toEqual(['zhao', 'qian', 'zhang']);
  });

  test('a pending request is void when the task goes to another', () => {
    const game = handled();
    game.step('zhang', { type: 'extend', reason: '等配件到货' });
    game.step('zhang', { type: 'transfer', to: 'dept-02', reason: '应由住建局办' });
    expect(game.did()).toContain('void');
    expect(game.refused('zhao', { type: 'approve' })).toContain('没有等您审批的申请');
    const other = handled();
    other.step('zhang', { type: 'suspend', until: '2026-12-01', reason: '等配件' });
    other.step('zhang', { type: 'return', reason: '不属于我单位职责' });
    expect(other.event.tasks[0]?.request).toBeNull();
  });
});

describe('挂账', () => {
  const suspended = () => {
    const game = handled();
    game.wait(HOUR);
    game.step('zhang', { type: 'suspend', until: '2026-11-30', reason: '等冬季停电窗口' });
    return agreed(game);
  };

  test('the clock stands still until the date, nobody handles it meanwhile, and it goes on by itself', () => {
    const game = suspended();
    expect(game.event.tasks[0]).toMatchObject({ state: 'suspended', handleDueAt: null });
    expect(game.refused('zhang', { type: 'finish', note: '修好了', media: [] })).toContain('已挂账至 2026-11-30');
    game.at(instant('2026-11-27', '12:00'));
    game.tick();
    expect(game.fired()).toEqual([]);
    game.at(instant('2026-11-30', '00:00'));
    game.tick();
    expect(game.event.tasks[0]).toMatchObject({ state: 'handling', handleDueAt: instant('2026-11-30', '11:00') });
    expect(game.entries.at(-1)).toMatchObject({ action: 'resume', by: 'system' });
  });

  test('a tick that was missed resumes it late, and the time since its date counts', () => {
    const game = suspended();
    game.at(instant('2026-11-30', '10:00'));
    game.tick();
    expect(game.event.tasks[0]?.state).toBe('handling');
    expect(game.used('dept-01')).toBe(60 + 120);
  });

  test('the unit may take it up again before', () => {
    const game = suspended();
    game.wait(24 * HOUR);
    game.step('zhang', { type: 'resume' });
    game.wait(HOUR);
    expect(game.used('dept-01')).toBe(120);
  });

  test.each(['2026-11-23', '2026-11-22', '2027-11-24', '2026-02-30', '明天', ''])('not until “%s”', (until) => {
    const said = handled().refused('zhang', { type: 'suspend', until, reason: '等材料' });
    expect(said).toBe('请选择挂账截止日期：最早明天，最晚 2027-11-23。');
  });

  test('a year is the most, and once is enough', () => {
    const game = handled();
    game.step('zhang', { type: 'suspend', until: '2027-11-23', reason: '等材料' });
    agreed(game);
    game.step('zhang', { type: 'resume' });
    expect(game.refused('zhang', { type: 'suspend', until: '2026-12-01', reason: '再等等' })).toContain(
      '最多挂账 1 次',
    );
  });

  test('a date that has come before it was granted is no longer granted', () => {
    const game = handled(rulesWith({ suspend: { times: 1, mostDays: 365, approvers: ['dispatcher'] } }));
    game.step('zhang', { type: 'suspend', until: '2026-11-24', reason: '等材料' });
    game.wait(24 * HOUR);
    expect(game.refused('qian', { type: 'approve' })).toContain('截止日期');
  });
});

describe('who decides is another person each time, and somebody is told of it', () => {
  /** 钱派 leads the department and is the street's only dispatcher. */
  const both = () => {
    const town = tinyTown();
    const post = { id: 'qian.leader', userId: 'qian', role: 'leader' as const, unitId: 'dept-01', areaId: null };
    return tinyRules({ ...town, posts: [...town.posts.filter(({ userId }) => userId !== 'zhao'), post] });
  };

  test('who agreed as the leader is not asked again as the dispatcher: the next level up is', () => {
    const game = handled(both());
    game.step('zhang', { type: 'extend', reason: '等配件到货' });
    const before = game.told('card').length;
    game.step('qian', { type: 'approve' });
    expect(game.told('card').slice(before)).toEqual(['zheng']);
    game.step('zheng', { type: 'approve' });
    expect(game.task('dept-01')).toMatchObject({ extensions: 1, request: null });
  });

  test('who asks as the leader does not decide as the dispatcher', () => {
    const game = handled(both());
    const before = game.told('card').length;
    game.step('qian', { type: 'suspend', until: '2026-12-01', reason: '等材料' });
    expect(game.told('card').slice(before)).toEqual(['zheng']);
    expect(game.refused('qian', { type: 'approve' })).toContain('不能审批自己的申请');
    game.step('zheng', { type: 'approve' });
    expect(game.task('dept-01').state).toBe('suspended');
  });

  test('without another dispatcher anywhere, whoever is left in the town decides', () => {
    const rules = both();
    const { town } = rules.roster;
    const posts = town.posts.filter(({ userId }) => userId !== 'zheng');
    const game = handled(tinyRules({ ...town, posts }));
    game.step('zhang', { type: 'extend', reason: '等配件到货' });
    game.step('qian', { type: 'approve' });
    expect(game.told('card').at(-1)).toBe('sun');
    game.step('sun', { type: 'approve' });
    expect(game.task('dept-01').extensions).toBe(1);
  });
});

describe('申诉', () => {
  test('after closing, by the unit that was late; two reviewers; exempt, and the fact stays', () => {
    const game = late();
    const rungs = game.task('dept-01').rungs;
    expect(actionsFor('zhang', game.event, game.rules.roster)).toContain('appeal');
    game.step('zhao', { type: 'appeal', reason: '配件停产，属不可抗力' });
    game.step('qian', { type: 'approve', note: '情况属实' });
    expect(game.task('dept-01').appealed).toBeNull();
    game.step('sun', { type: 'approve' });
    expect(game.task('dept-01')).toMatchObject({ appealed: 'granted', rungs });
    expect(game.event.stage).toBe('closed');
  });

  test('what is granted is late in no sum, by unit or in all; what is denied stays', () => {
    const summed = (answers: ('approve' | 'deny')[]) => {
      const game = late();
      game.step('zhang', { type: 'appeal', reason: '配件停产' });
      for (const [index, type] of answers.entries()) game.step(['qian', 'sun'][index]!, { type, reason: '未提供证明' });
      const { event, rules, now } = game;
      const sums = adder(rules.roster);
      sums.add(event, replay(event, rules, rules, { now, catalogue: null }));
      const { totals, units } = sums.sums();
      return [
        totals.handle.late.before,
        units[0]?.handle.late.before,
        totals.handle.tasks,
        totals.handle.rungs.blue.before,
      ];
    };
    expect(summed(['deny'])).toEqual([1, 1, 1, 1]);
    expect(summed(['approve'])).toEqual([1, 1, 1, 1]);
    expect(summed(['approve', 'approve'])).toEqual([0, 0, 1, 1]);
  });

  test('once, whatever came of it', () => {
    const game = late();
    game.step('zhang', { type: 'appeal', reason: '配件停产' });
    game.step('qian', { type: 'deny', reason: '未提供证明' });
    expect(game.task('dept-01').appealed).toBe('denied');
    expect(actionsFor('zhang', game.event, game.rules.roster)).not.toContain('appeal');
    expect(game.refused('zhang', { type: 'appeal', reason: '补充证明' })).toBe('每件事只能申诉一次。');
  });

  test('once for a unit, though it had the event several times and another of its people asks', () => {
    const game = handled();
    game.wait(24 * HOUR);
    game.tick();
    game.step('zhang', { type: 'return', reason: '不属于我单位职责' });
    game.step('qian', { type: 'dispatch', to: 'dept-01' });
    game.step('chen', { type: 'ack' });
    game.step('chen', { type: 'finish', note: '已更换灯泡', media: [] });
    game.step('li', { type: 'pass' });
    game.step('zhang', { type: 'appeal', reason: '配件停产' });
    expect(game.refused('chen', { type: 'appeal', reason: '我也来申诉' })).toContain('已申请申诉，正在等待审批');
    game.step('qian', { type: 'deny', reason: '未提供证明' });
    expect(game.task('dept-01').appealed).toBe('denied');
    for (const person of ['zhang', 'chen', 'zhao']) {
      expect(game.refused(person, { type: 'appeal', reason: '补充证明' })).toBe('每件事只能申诉一次。');
      expect(actionsFor(person, game.event, game.rules.roster)).not.toContain('appeal');
    }
  });

  test('not by others, not before closing, not without lateness, not after thirty days', () => {
    const game = late();
    expect(game.refused('li', { type: 'appeal', reason: '替他们说说' })).not.toBe('done');
    expect(handled().refused('zhang', { type: 'appeal', reason: '先申诉' })).not.toBe('done');
    const punctual = handled();
    punctual.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    punctual.step('li', { type: 'pass' });
    expect(punctual.refused('zhang', { type: 'appeal', reason: '先申诉' })).toBe('没有超期，无需申诉。');
    game.wait(31 * 24 * HOUR);
    expect(game.refused('zhang', { type: 'appeal', reason: '配件停产' })).toBe('结案已超过 30 天，不能再申诉。');
  });

  test('colleagues of the unit that was late do not review it; the next level up does', () => {
    const town = tinyTown();
    const posts = town.posts.map((post) => (post.userId === 'sun' ? { ...post, unitId: 'centre', areaId: 'd' } : post));
    const game = filed(tinyRules({ ...town, posts }));
    game.step('zhang', { type: 'return', reason: '不属于我单位职责' });
    game.step('qian', { type: 'dispatch', to: 'u-s' });
    game.step('feng', { type: 'ack' });
    game.wait(24 * HOUR);
    game.tick();
    game.step('feng', { type: 'finish', note: '已更换灯泡', media: [] });
    game.step('li', { type: 'pass' });
    game.step('feng', { type: 'appeal', reason: '配件停产' });
    expect(game.told('card').at(-1)).toBe('zheng');
    // 钱派 dispatches for the street, but is one of the street office that was late.
    expect(game.refused('qian', { type: 'approve' })).not.toBe('done');
    game.step('zheng', { type: 'approve' });
    game.step('sun', { type: 'approve' });
    expect(game.task('u-s').appealed).toBe('granted');
  });

  test('two different people review it', () => {
    const town = tinyTown();
    town.posts.push({ id: 'qian.supervisor', userId: 'qian', role: 'supervisor', unitId: 'u-s', areaId: 's' });
    const game = handled(tinyRules(town));
    game.wait(24 * HOUR);
    game.tick();
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    game.step('li', { type: 'pass' });
    game.step('zhang', { type: 'appeal', reason: '配件停产' });
    game.step('qian', { type: 'approve' });
    expect(game.refused('qian', { type: 'approve' })).toContain('不能审批自己的申请');
    game.step('sun', { type: 'approve' });
    expect(game.task('dept-01').appealed).toBe('granted');
  });
});

describe('when the clock starts and ends is the district’s to say', () => {
  test('start = dispatch: handling time runs while nobody acknowledges', () => {
    const game = filed(rulesWith({ start: 'dispatch' }));
    game.wait(30 * MINUTE);
    expect([game.used('dept-01', 'ack'), game.used('dept-01', 'handle')]).toEqual([30, 30]);
    game.step('zhang', { type: 'ack' });
    game.wait(30 * MINUTE);
    expect([game.used('dept-01', 'ack'), game.used('dept-01', 'handle')]).toEqual([30, 60]);
    expect(game.task('dept-01').handleDueAt).toBe(instant('2026-11-23', '15:00'));
  });

  test('end = unit: the handler’s word is not the end, the leader’s is; meanwhile the clock runs', () => {
    const game = handled(rulesWith({ end: 'unit' }));
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    expect(game.event).toMatchObject({ stage: 'handling' });
    expect(game.refused('zhang', { type: 'finish', note: '再办一次', media: [] })).toBe('repeated');
    expect(game.refused('chen', { type: 'finish', note: '我来办结', media: [] })).toContain('等单位领导确认');
    game.wait(HOUR);
    expect(game.used('dept-01')).toBe(60);
    game.step('zhao', { type: 'redo', reason: '照片看不清' });
    game.step('zhang', { type: 'finish', note: '已重拍', media: [] });
    game.step('zhao', { type: 'confirm' });
    expect(game.event.stage).toBe('verifying');
    game.step('li', { type: 'pass' });
    expect(game.event.stage).toBe('closed');
  });

  test('end = unit: a leader who handles it themselves needs nobody’s word', () => {
    const game = filed(rulesWith({ end: 'unit' }));
    game.step('zhao', { type: 'ack' });
    game.step('zhao', { type: 'finish', note: '已更换灯泡', media: [] });
    expect(game.event.stage).toBe('verifying');
  });

  test('a policy changed midway does not reach the steps already taken', () => {
    const game = handled(rulesWith({ onRedispatch: 'restart' }));
    game.wait(HOUR);
    game.enact(rulesWith({ onRedispatch: 'resume' }));
    game.step('zhang', { type: 'return', reason: '不属于我单位职责' });
    game.step('qian', { type: 'dispatch', to: 'dept-01' });
    game.step('zhang', { type: 'ack' });
    expect(game.used('dept-01')).toBe(60);
  });
});

test('a request on a draft, or by a stranger, is refused', () => {
  const game = play();
  game.report('建设路12号路灯不亮');
  expect(game.refused('li', { type: 'extend', reason: '等等' })).not.toBe('done');
  expect(handled().refused('wu', { type: 'extend', reason: '等等' })).toContain('没有找到这件事');
});
