import { HOUR, instant, MINUTE } from '../../../server/domain/clock';
import { climbed } from '../../../server/domain/ladder';
import { filed, folded, handled, historyOf, play, rulesWith } from '../../support/play';
import { tinyRules, tinyTown } from '../../support/town';

/** The rules that officials hold such systems to (reference/domain.md §1–2), by name. */

const photo = { id: 'p', kind: 'image' as const, code: 'x', phase: 'finish' as const };

describe('撤回: only until it is received', () => {
  test('the reporter withdraws before anyone has acknowledged, never after', () => {
    const game = filed();
    game.step('li', { type: 'withdraw' });
    expect(game.event.stage).toBe('withdrawn');
    expect(handled().refused('li', { type: 'withdraw' })).toContain('已签收，不能撤回');
  });

  test('not after an assisting unit has acknowledged either', () => {
    const game = play();
    game.report('中山路上施工噪音太吵');
    game.step('li', { type: 'file' });
    game.step('zhou', { type: 'ack' });
    expect(game.refused('li', { type: 'withdraw' })).toContain('不能撤回');
  });

  test('a dispatcher takes a dispatch back before it is acknowledged, never after', () => {
    const game = filed();
    game.step('qian', { type: 'recall' });
    expect(game.event.stage).toBe('filed');
    expect(game.event.tasks[0]?.state).toBe('cancelled');
    expect(handled().refused('qian', { type: 'recall' })).toBe('张三 09:00已签收，不能收回。');
  });

  test('a unit takes a transfer back before it is acknowledged, never after', () => {
    const game = handled();
    game.step('zhang', { type: 'transfer', to: 'dept-02', reason: '应由住建局办' });
    game.step('zhang', { type: 'recall' });
    expect(game.event).toMatchObject({ stage: 'handling' });
    expect(game.task('dept-01')).toMatchObject({ state: 'handling' });
    game.step('zhang', { type: 'transfer', to: 'dept-02', reason: '应由住建局办' });
    game.step('zhou', { type: 'ack' });
    expect(game.refused('zhang', { type: 'recall' })).toContain('已签收，不能收回');
  });

  test('nobody withdraws what is new to them, or closed', () => {
    const game = handled();
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    game.step('li', { type: 'pass' });
    expect(game.refused('li', { type: 'withdraw' })).not.toBe('done');
    expect(filed().refused('wu', { type: 'withdraw' })).not.toBe('done');
  });
});

describe('督办', () => {
  const order = (level: 'blue' | 'yellow' | 'red') => ({ type: 'supervise' as const, level, reason: '群众多次反映' });

  test('普通督办 twice is refused', () => {
    const game = handled();
    game.step('sun', order('blue'));
    expect(game.refused('sun', order('blue'))).toContain('已是普通督办');
  });

  test('黄牌 after 红牌 is refused, 红牌 after 黄牌 is not', () => {
    const game = handled();
    game.step('sun', order('yellow'));
    game.step('sun', order('red'));
    expect(game.refused('sun', order('yellow'))).toContain('已是红牌督办');
    expect(game.event.tasks[0]?.supervised).toBe('red');
  });

  test('取消督办 needs a reason, and needs something to lift', () => {
    const game = handled();
    expect(game.refused('sun', { type: 'lift', reason: '已整改' })).toBe('这件事没有督办，无需取消。');
    game.step('sun', order('blue'));
    expect(game.refused('sun', { type: 'lift', reason: ' ' })).toContain('请写明理由');
    game.step('sun', { type: 'lift', reason: '已整改' });
    game.step('sun', order('blue'));
  });

  test('取消督办 lowers what the ladder has climbed too, once; what has fired stays, and it climbs on from there', () => {
    const game = handled();
    game.wait(9 * HOUR);
    game.tick();
    const fired = game.task('dept-01').rungs;
    expect(climbed(game.task('dept-01'))).toBe('yellow');
    game.step('sun', { type: 'lift', reason: '停电检修，非单位责任' });
    expect(climbed(game.task('dept-01'))).toBeNull();
    expect(game.task('dept-01').rungs).toEqual(expect.arrayContaining(fired));
    expect(game.refused('sun', { type: 'lift', reason: '再取消一次' })).toBe('这件事没有督办，无需取消。');
    game.step('zhang', { type: 'return', reason: '不属于我单位职责' });
    game.step('qian', { type: 'dispatch', to: 'dept-01' });
    game.step('zhang', { type: 'ack' });
    expect(climbed(game.task('dept-01'))).toBeNull();
    game.wait(24 * HOUR);
    game.tick();
    expect(climbed(game.task('dept-01'))).toBe('red');
    expect(folded(game.entries)).toEqual(historyOf(game.event));
  });

  test('黄牌 after 红牌 is refused also when the unit has given it back meanwhile, and can then be lifted', () => {
    const game = handled();
    game.step('zhang', { type: 'assist', to: 'dept-02' });
    game.step('sun', order('red'));
    game.step('zhang', { type: 'return', reason: '不属于我单位职责' });
    expect(game.refused('sun', order('yellow'))).toContain('已是红牌督办');
    game.step('sun', { type: 'lift', reason: '已整改' });
    game.step('sun', order('blue'));
  });

  test('only supervisors and leaders over the area, only while somebody handles it, never without a reason', () => {
    const game = handled();
    expect(game.refused('zhang', order('blue'))).not.toBe('done');
    expect(game.refused('li', order('blue'))).not.toBe('done');
    expect(game.refused('sun', { ...order('blue'), reason: '' })).toContain('请写明理由');
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    expect(game.refused('sun', order('blue'))).not.toBe('done');
  });

  test('领导批示: by a leader over the area, 2 to 500 characters, told to the unit and kept in the history', () => {
    const town = tinyTown();
    town.people.push({ userId: 'wang', unionId: 'un-wang', name: '王书记', mobile: null, active: true });
    town.posts.push({ id: 'wang.leader', userId: 'wang', role: 'leader', unitId: 'u-s', areaId: 's' });
    const game = handled(tinyRules(town));
    game.notices.length = 0;
    game.step('wang', { type: 'instruct', note: '请今天务必修好' });
    expect(game.told('card')).toEqual(expect.arrayContaining(['zhang', 'zhao']));
    expect(game.entries.at(-1)).toMatchObject({ action: 'instruct', by: 'wang', data: { note: '请今天务必修好' } });
    expect(game.refused('wang', { type: 'instruct', note: '快' })).not.toBe('done');
    expect(game.refused('sun', { type: 'instruct', note: '我也批一个' })).not.toBe('done');
  });
});

describe('核查 and 结案', () => {
  const verifying = () => {
    const game = handled();
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    return game;
  };

  test('only the reporter’s side and dispatchers verify, only they and supervisors reopen', () => {
    for (const by of ['zhang', 'zhao', 'zhou', 'sun', 'wu', 'feng']) {
      expect([by, verifying().refused(by, { type: 'pass' })]).not.toEqual([by, 'done']);
      expect([by, verifying().refused(by, { type: 'fail', reason: '没有解决' })]).not.toEqual([by, 'done']);
    }
    const closed = verifying();
    closed.step('qian', { type: 'pass' });
    for (const by of ['zhang', 'zhao', 'zhou', 'wu', 'feng'])
      expect([by, closed.refused(by, { type: 'reopen', reason: '又不亮了' })]).not.toEqual([by, 'done']);
    for (const by of ['li', 'qian', 'sun'])
      expect([by, closed.refused(by, { type: 'reopen', reason: '又不亮了' })]).toEqual([by, 'done']);
  });

  test('奖励: recorded once for a report that was true, by who oversees it and never by its reporter; put right by another line', () => {
    const game = verifying();
    expect(game.refused('sun', { type: 'reward', note: '话费 10 元' })).not.toBe('done');
    game.step('li', { type: 'pass' });
    for (const by of ['li', 'zhang', 'zhou', 'wu'])
      expect([by, game.refused(by, { type: 'reward', note: '话费 10 元' })]).not.toEqual([by, 'done']);
    expect(game.refused('sun', { type: 'reward', note: '' })).not.toBe('done');
    game.notices.length = 0;
    game.step('sun', { type: 'reward', note: '话费 10 元' });
    expect([game.event.reward, game.told('card')]).toEqual(['话费 10 元', ['li']]);
    expect(game.refused('qian', { type: 'reward', note: '话费 20 元' })).not.toBe('done');
    expect(game.refused('qian', { type: 'unreward', reason: '' })).not.toBe('done');
    game.step('qian', { type: 'unreward', reason: '记错了事件' });
    expect([game.event.reward, game.event.last.action]).toEqual([null, 'pass']);
    expect(game.refused('qian', { type: 'reward', note: '话费 20 元' })).toBe('done');
  });

  test('reopened within thirty days, never after', () => {
    const game = verifying();
    game.step('li', { type: 'pass' });
    game.wait(30 * 24 * HOUR);
    expect(game.refused('li', { type: 'reopen', reason: '又不亮了' })).toBe('done');
    game.wait(1);
    expect(game.refused('li', { type: 'reopen', reason: '又不亮了' })).toContain('30');
  });

  test('only a dispatcher refuses to file, or says which matter it is', () => {
    const returned = handled();
    returned.step('zhang', { type: 'return', reason: '不属于我单位职责' });
    for (const by of ['li', 'zhang', 'zhao', 'sun', 'wu'])
      for (const command of [
        { type: 'reject' as const, reason: '不在本区' },
        { type: 'correct' as const, matterId: 'noise', reason: '其实是噪声' },
        { type: 'dispatch' as const, to: 'dept-02' },
      ])
        expect([by, command.type, returned.refused(by, command)]).not.toEqual([by, command.type, 'done']);
  });
});

describe('批转 and 回退', () => {
  const returned = () => {
    const game = handled();
    game.step('zhang', { type: 'return', reason: '不属于我单位职责' });
    return game;
  };

  test('the receiver of a return may not advance the event: it is dispatched again, or refused with a reason', () => {
    const game = returned();
    expect(game.refused('qian', { type: 'close', note: '就这样吧', media: [] })).toContain('只能重新派遣');
    expect(game.refused('li', { type: 'close', note: '我看见修好了', media: [photo] })).toContain('只能重新派遣');
    expect(game.refused('qian', { type: 'pass' })).toContain('只能重新派遣');
    game.step('qian', { type: 'dispatch', to: 'dept-02' });
    expect(returned().refused('qian', { type: 'reject', reason: '不在本区' })).toBe('done');
  });

  test('nor when a reminder, a correction or a dispatch taken back has come in between', () => {
    const advance = { type: 'close' as const, note: '我看见修好了', media: [photo] };
    const reminded = returned();
    reminded.wait(HOUR);
    reminded.tick();
    expect(reminded.did()).toContain('dispatch_overdue');
    const corrected = returned();
    corrected.step('qian', { type: 'correct', matterId: 'noise', reason: '其实是施工噪声' });
    const recalled = returned();
    recalled.step('qian', { type: 'dispatch', to: 'dept-02' });
    recalled.step('qian', { type: 'recall' });
    for (const game of [reminded, corrected, recalled]) {
      expect(game.refused('li', advance)).toContain('只能重新派遣');
      expect(game.refused('li', { type: 'withdraw' })).not.toBe('done');
    }
  });

  test('a return always needs a reason, and clears nothing', () => {
    const game = handled();
    game.step('zhang', { type: 'add', text: '已到现场', media: [photo] });
    expect(game.refused('zhang', { type: 'return', reason: '' })).toContain('请写明理由');
    const { text, mediaIds, no, matterId, terms } = game.event;
    game.step('zhang', { type: 'return', reason: '不属于我单位职责' });
    expect(game.event).toMatchObject({ text, mediaIds, no, matterId, terms });
    expect(game.did()).toEqual(['report', 'file', 'dispatch', 'ack', 'feedback', 'return']);
  });

  test('returning lets go of whoever had acknowledged it', () => {
    const game = returned();
    expect(game.task('dept-01')).toMatchObject({ state: 'returned', endedAt: game.now });
    expect(game.refused('zhang', { type: 'finish', note: '修好了', media: [] })).not.toBe('done');
  });

  test('the unit’s clock stands still while the dispatcher’s runs', () => {
    const game = handled();
    game.wait(HOUR);
    game.step('zhang', { type: 'return', reason: '不属于我单位职责' });
    game.wait(15 * MINUTE);
    game.tick();
    expect(game.did()).toContain('dispatch_overdue');
    expect(game.used('dept-01')).toBe(60);
  });
});

describe('协办: units are added only while a unit handles it', () => {
  test('not on a draft, not before dispatch, not when it is verified or closed', () => {
    const draft = play();
    draft.report('建设路12号路灯不亮');
    expect(draft.refused('li', { type: 'assist', to: 'dept-02' })).not.toBe('done');
    const game = handled();
    game.step('zhang', { type: 'assist', to: 'dept-02', note: '请协助断电' });
    expect(game.refused('zhang', { type: 'assist', to: 'dept-02' })).toContain('已在住房和城乡建设局手上');
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    expect(game.refused('zhang', { type: 'assist', to: 'u-s' })).not.toBe('done');
    game.step('li', { type: 'pass' });
    expect(game.refused('zhang', { type: 'assist', to: 'u-s' })).not.toBe('done');
  });
});

describe('立案条件 and 结案条件', () => {
  test('filing writes down the condition it was filed under, closing the criterion it was closed by', () => {
    const game = handled();
    expect(game.event.terms).toMatchObject({
      conditionId: 'lamp.1',
      clock: 'work_hour',
      limit: 4,
      closing: '恢复原状',
    });
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    game.step('li', { type: 'pass' });
    expect(game.entries.at(-1)?.data).toMatchObject({ closing: '恢复原状' });
  });

  test('a condition that the matter does not have is refused', () => {
    const game = play();
    game.report('建设路12号路灯不亮');
    expect(game.refused('li', { type: 'file', conditionId: 'noise.1' })).toContain('没有这一立案条件');
  });

  test('an event keeps the limits it was filed under, whatever the catalogue says later', () => {
    const game = filed();
    const town = tinyTown();
    for (const each of town.conditions) Object.assign(each, { limit: 1, text: '新条件', closing: '新标准' });
    town.versions.catalogue = 1;
    game.enact(tinyRules(town));
    game.step('zhang', { type: 'ack' });
    game.wait(2 * HOUR);
    game.tick();
    expect(game.fired()).toEqual([]);
    expect(game.event.terms).toMatchObject({ limit: 4, version: 0 });
  });

  test('更正事项 by a dispatcher: other terms from now on, with a reason; the time used stays used', () => {
    const game = handled();
    game.wait(HOUR);
    expect(game.refused('qian', { type: 'correct', matterId: 'noise', reason: '' })).toContain('请写明理由');
    expect(game.refused('zhang', { type: 'correct', matterId: 'noise', reason: '其实是噪声' })).not.toBe('done');
    game.step('qian', { type: 'correct', matterId: 'noise', reason: '其实是施工噪声' });
    expect(game.event).toMatchObject({ matterId: 'noise', terms: { clock: 'urgent_hour', limit: 2 } });
    expect(game.used('dept-01')).toBe(60);
    expect(game.task('dept-01').handleDueAt).toBe(game.now + HOUR);
  });
});

describe('更正事项 to a clock of another kind', () => {
  const corrected = (matterId: string, at: string) => {
    const game = handled();
    if (matterId === 'lamp') game.step('qian', { type: 'correct', matterId: 'noise', reason: '其实是噪声' });
    game.at(instant('2026-11-23', at));
    game.step('qian', { type: 'correct', matterId, reason: '更正' });
    expect(folded(game.entries)).toEqual(historyOf(game.event));
    return game;
  };

  test('what was used in working time is not reckoned anew by day and night', () => {
    const game = handled(rulesWith({ ladders: { ack: [], handle: [] } }));
    game.at(instant('2026-11-24', '09:00'));
    expect(game.used('dept-01')).toBe(480);
    game.step('qian', { type: 'correct', matterId: 'noise', reason: '其实是施工噪声' });
    expect(game.used('dept-01')).toBe(480);
    game.at(instant('2026-11-24', '13:00'));
    expect(game.used('dept-01')).toBe(480 + 240);
  });

  test('nor what was used by day and night in working time', () => {
    const game = corrected('lamp', '13:00');
    expect(game.used('dept-01')).toBe(240);
    game.at(instant('2026-11-23', '15:00'));
    expect(game.used('dept-01')).toBe(300);
  });
});

describe('警非分流', () => {
  test('what the police return as none of theirs goes to the unit named otherwise, without a detour', () => {
    const town = tinyTown();
    const [lamp] = town.duties;
    town.duties.push({ ...lamp!, id: 'police', channel: 'police', leadUnitId: 'dept-02' });
    const game = filed(tinyRules(town));
    expect(game.task('dept-02').state).toBe('waiting');
    game.step('zhou', { type: 'return', reason: '非警情' });
    expect(game.event).toMatchObject({ stage: 'dispatched', diverted: true });
    expect(game.task('dept-01').state).toBe('waiting');
  });
});
