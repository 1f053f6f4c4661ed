import { verifyChain } from '../../../server/domain/chain';
import { HOUR, instant, MINUTE } from '../../../server/domain/clock';
import type { Command } from '../../../server/domain/commands';
import { decide } from '../../../server/domain/decide';
import type { Decision } from '../../../server/domain/rules';
import { filed, handled, play } from '../../support/play';
import { MONDAY, tinyRules, tinyTown } from '../../support/town';

describe('the main line', () => {
  test('a report, one tap, acknowledge, finish, verify: closed, with every step in the history', () => {
    const game = handled();
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    game.step('li', { type: 'pass' });
    expect(game.event.stage).toBe('closed');
    expect(game.event.no).toBe('20261123-0001');
    expect(game.entries.map(({ action }) => action)).toEqual(['report', 'file', 'dispatch', 'ack', 'finish', 'pass']);
    expect(game.event.nextAt).toBeNull();
  });

  test('the history is a chain that names the line in which one byte was changed', () => {
    const game = handled();
    const head = { count: game.event.entryCount, hash: game.event.headHash };
    expect(verifyChain('e1', game.entries, head)).toBeNull();
    const forged = game.entries.map((entry) => (entry.seq === 2 ? { ...entry, by: 'wu' } : entry));
    expect(verifyChain('e1', forged, head)).toMatchObject({ seq: 2 });
    expect(verifyChain('e1', game.entries.slice(0, -1), head)).toMatchObject({
      fault: expect.stringContaining('3 entries'),
    });
  });

  test('the duty list names the unit, and its handlers get the card', () => {
    const game = filed();
    expect(game.event.tasks).toMatchObject([{ unitId: 'dept-01', duty: 'lead', state: 'waiting' }]);
    expect(game.told('card')).toEqual(expect.arrayContaining(['zhang', 'chen']));
  });

  test('an assisting unit gets a task of its own', () => {
    const game = play();
    game.report('中山路上施工噪音太吵');
    game.step('li', { type: 'file' });
    expect(game.event.tasks.map(({ unitId, duty }) => [unitId, duty])).toEqual([
      ['dept-01', 'lead'],
      ['dept-02', 'assist'],
    ]);
  });

  test('nobody in the post: the next level up, never silence', () => {
    const game = play();
    game.report('楼道堆杂物');
    game.step('li', { type: 'file' });
    expect(game.event.tasks[0]?.unitId).toBe('u-s');
    expect(game.entries.at(-1)?.data.why).toContain('转上一级');
  });

  test('what nothing fits is filed all the same, and dispatched by hand', () => {
    const game = play();
    game.step('li', {
      type: 'report',
      text: '',
      media: [{ id: 'm', kind: 'image', code: 'x', phase: 'report' }],
      conversationId: 'c1',
    });
    game.step('li', { type: 'file' });
    expect(game.event).toMatchObject({ stage: 'filed', matterId: 'M-OTHER' });
    expect(game.told('card')).toContain('qian');
    game.step('qian', { type: 'dispatch', to: '住房' });
    expect(game.event).toMatchObject({ stage: 'dispatched' });
    expect(game.event.tasks[0]?.unitId).toBe('dept-02');
  });
});

describe('one report from many messages', () => {
  const photo = { id: 'm1', kind: 'image' as const, code: 'x', phase: 'report' as const };

  test('photo, then words, then a place: one report', () => {
    const game = play();
    game.step('li', { type: 'report', text: '', media: [photo], conversationId: 'c1' });
    game.wait(20_000);
    game.report('路灯不亮');
    game.wait(20_000);
    game.report('在建设路12号');
    expect(game.event).toMatchObject({ id: 'e1', text: '路灯不亮\n在建设路12号', mediaIds: ['m1'], matterId: 'lamp' });
  });

  test('two complete reports a moment apart stay two', () => {
    const rules = tinyRules();
    const context = { by: 'li', now: MONDAY, rules, newId: 'e1', nextNo: 'x' };
    const report = (text: string): Command => ({ type: 'report', text, media: [], conversationId: 'c1' });
    const first = decide(null, report('建设路12号路灯不亮'), context) as Decision;
    const second = decide(first.event, report('中山路施工噪音太吵'), { ...context, newId: 'e2' }) as Decision;
    expect(second.event).toMatchObject({ id: 'e2', matterId: 'noise' });
  });

  test('after two minutes a photo starts a new report', () => {
    const rules = tinyRules();
    const context = { by: 'li', now: MONDAY, rules, newId: 'e1', nextNo: 'x' };
    const first = decide(
      null,
      { type: 'report', text: '路灯不亮', media: [], conversationId: 'c1' },
      context,
    ) as Decision;
    const later = decide(
      first.event,
      { type: 'report', text: '', media: [photo], conversationId: 'c1' },
      { ...context, now: MONDAY + 3 * MINUTE, newId: 'e2' },
    ) as Decision;
    expect(later.event.id).toBe('e2');
  });

  test('thanks and greetings are no report', () => {
    expect(() => play().report('谢谢')).toThrow('没看出要报的事');
  });
});

describe('life-safety first', () => {
  test('fire with a place is filed and dispatched at once, without a tap', () => {
    const game = play();
    game.report('建设路12号居民楼着火了，楼上还有人');
    expect(game.event).toMatchObject({ no: '20261123-0001', urgent: true });
    expect(game.entries.map(({ action }) => action)).toContain('file');
  });

  test('a short shout asks back, and is filed as soon as the place is said', () => {
    const game = play();
    const { answer } = game.report('着火了');
    expect(answer).toBe('shout');
    expect(game.event).toMatchObject({ no: null, urgent: true });
    game.wait(10_000);
    game.report('在建设路12号三楼');
    expect(game.event.no).toBe('20261123-0001');
  });
});

describe('branches', () => {
  test('return with a reason goes to a dispatcher, who sends it to another unit', () => {
    const game = handled();
    expect(game.refused('zhang', { type: 'return', reason: '' })).toContain('理由');
    game.step('zhang', { type: 'return', reason: '不属于我单位职责' });
    expect(game.event.stage).toBe('filed');
    expect(game.told('card')).toContain('qian');
    game.step('qian', { type: 'dispatch', to: 'dept-02' });
    game.step('zhou', { type: 'ack' });
    expect(game.event).toMatchObject({ stage: 'handling' });
    expect(game.event.tasks.map(({ state }) => state)).toEqual(['returned', 'handling']);
  });

  test('transfer, send up a level, ask for assistance', () => {
    const game = handled();
    expect(game.refused('zhang', { type: 'transfer', to: '没有这个局', reason: '应由他们办' })).toContain(
      '没有找到单位',
    );
    expect(game.refused('zhang', { type: 'transfer', to: 'dept-01', reason: '应由他们办' })).toContain(
      '已在综合行政执法局手上',
    );
    game.step('zhang', { type: 'assist', to: 'dept-02' });
    expect(game.event.tasks.at(-1)).toMatchObject({ unitId: 'dept-02', duty: 'assist' });
    game.step('zhang', { type: 'escalate', reason: '需要区里协调' });
    expect(game.event.tasks.at(-1)).toMatchObject({ unitId: 'centre', duty: 'lead', state: 'waiting' });
    expect(game.refused('zheng', { type: 'escalate', reason: '再往上报' })).toContain('最高一级');
  });

  test('verification fails: the same person goes on; reopened after closing: a new round', () => {
    const game = handled();
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    game.wait(2 * HOUR);
    game.step('li', { type: 'fail', reason: '还是不亮' });
    expect(game.event.stage).toBe('handling');
    expect(game.event.tasks.at(-1)).toMatchObject({ assigneeId: 'zhang', state: 'handling', rungs: [] });
    game.step('zhang', { type: 'finish', note: '换了线路', media: [] });
    game.step('li', { type: 'pass' });
    game.step('li', { type: 'reopen', reason: '又坏了' });
    expect(game.event).toMatchObject({ stage: 'handling', closedAt: null });
  });

  test('nobody verifies their own work', () => {
    const game = play();
    game.report('建设路12号路灯不亮', 'zhang');
    game.step('zhang', { type: 'file' });
    game.step('zhang', { type: 'ack' });
    game.step('zhang', { type: 'finish', note: '顺手修好了', media: [] });
    expect(game.refused('zhang', { type: 'pass' })).toContain('不能核查自己');
    game.step('zheng', { type: 'pass' });
    expect(game.event.stage).toBe('closed');
  });

  test('自办自结 asks for a photo where the matter does', () => {
    const game = play();
    game.report('楼道堆杂物');
    expect(game.refused('li', { type: 'close', note: '已清走', media: [] })).toContain('照片');
    game.step('li', { type: 'close', note: '已清走', media: [{ id: 'm', kind: 'image', code: 'x', phase: 'finish' }] });
    expect(game.event).toMatchObject({ stage: 'closed', no: '20261123-0001' });
  });

  test('a dispatcher may refuse to file, with a reason the reporter is told', () => {
    const game = play();
    game.step('li', {
      type: 'report',
      text: '',
      media: [{ id: 'm', kind: 'image', code: 'x', phase: 'report' }],
      conversationId: 'c1',
    });
    game.step('li', { type: 'file' });
    game.step('qian', { type: 'reject', reason: '照片看不清，请重拍' });
    expect(game.event.stage).toBe('rejected');
    expect(game.told('card').at(-1)).toBe('li');
  });
});

describe('illegal moves say who did what when', () => {
  test('acknowledging what a colleague acknowledged', () => {
    expect(handled().refused('chen', { type: 'ack' })).toBe('已由张三 09:00签收。');
  });

  test('finishing before acknowledging', () => {
    expect(filed().refused('zhang', { type: 'finish', note: '好了', media: [] })).toContain('请先签收');
  });

  test('withdrawing after somebody acknowledged; before, it is allowed', () => {
    expect(handled().refused('li', { type: 'withdraw' })).toContain('张三 09:00已签收');
    const game = filed();
    game.step('li', { type: 'withdraw' });
    expect(game.event.stage).toBe('withdrawn');
  });

  test('finishing what has been closed', () => {
    const game = handled();
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    game.step('li', { type: 'pass' });
    expect(game.refused('chen', { type: 'finish', note: '已更换', media: [] })).toContain('李工 09:00已核查通过');
  });

  test('saying the same thing twice is no error, and changes nothing', () => {
    const game = handled();
    expect(game.refused('zhang', { type: 'ack' })).toBe('repeated');
    game.step('zhang', { type: 'finish', note: '已更换灯泡', media: [] });
    expect(game.refused('zhang', { type: 'finish', note: '已更换灯泡', media: [] })).toBe('repeated');
  });

  test('“not yours” and “not there” look the same, and people who left may do nothing', () => {
    const game = filed();
    expect(game.refused('zhou', { type: 'ack' })).toContain('没有找到这件事');
    expect(game.refused('wu', { type: 'ack' })).toContain('没有找到这件事');
    expect(game.refused('nobody', { type: 'ack' })).toContain('没有找到您的人员信息');
    expect(game.refused('gone', { type: 'ack' })).toContain('没有找到您的人员信息');
  });

  test('supervision climbs and is never lowered but by lifting it with a reason', () => {
    const game = handled();
    game.step('sun', { type: 'supervise', level: 'red', reason: '群众多次反映' });
    expect(game.refused('sun', { type: 'supervise', level: 'yellow', reason: '改为黄牌' })).toContain('已是红牌督办');
    expect(game.refused('sun', { type: 'lift', reason: '' })).toContain('理由');
    game.step('sun', { type: 'lift', reason: '已恢复照明' });
    expect(game.event.tasks[0]?.supervised).toBeNull();
  });
});

describe('lateness', () => {
  test('each rung fires once, in order, and climbs the reporting line', () => {
    const game = filed();
    const fired = () =>
      game.entries.filter(({ action }) => action === 'rung').map(({ data }) => `${data.clock}.${data.rung}`);
    game.wait(48 * MINUTE);
    game.tick();
    expect(fired()).toEqual(['ack.prewarn']);
    expect(game.tick().entries).toEqual([]);
    game.wait(12 * MINUTE);
    game.tick();
    game.wait(30 * MINUTE);
    game.tick();
    game.wait(30 * MINUTE);
    game.tick();
    expect(fired()).toEqual(['ack.prewarn', 'ack.blue', 'ack.yellow', 'ack.red']);
    expect(game.told('line')).toEqual([
      'zhang',
      'chen',
      'zhang',
      'chen',
      'zhang',
      'chen',
      'zhao',
      'sun',
      'zhao',
      'sun',
      // The centre has no supervisor: its dispatcher hears of it instead.
      'zheng',
    ]);
    expect(game.event.nextAt).toBeNull();
  });

  test('after an outage every rung is recorded once', () => {
    const game = filed();
    game.wait(30 * HOUR);
    game.tick();
    expect(game.entries.filter(({ action }) => action === 'rung')).toHaveLength(4);
    expect(game.tick().entries).toEqual([]);
  });

  test('acknowledging stops the acknowledge clock and starts the handle clock, in working time', () => {
    const game = handled();
    expect(game.event.tasks[0]?.handleDueAt).toBe(instant('2026-11-23', '15:00'));
    game.wait(HOUR);
    expect(game.tick().entries).toEqual([]);
  });

  test('an unconfirmed report is asked about once, then let go', () => {
    const game = play();
    game.report('建设路12号路灯不亮');
    game.wait(10 * MINUTE);
    expect(game.tick().entries.map(({ action }) => action)).toEqual(['remind']);
    game.wait(24 * HOUR);
    expect(game.tick().entries.map(({ action }) => action)).toEqual(['expire']);
    expect(game.event.stage).toBe('withdrawn');
  });

  test('nobody dispatches: the command centre is asked; nobody verifies: a dispatcher is', () => {
    const game = handled();
    game.step('zhang', { type: 'return', reason: '不属于我单位职责' });
    game.wait(15 * MINUTE);
    game.tick();
    expect(game.told('card').at(-1)).toBe('zheng');
    game.step('zheng', { type: 'dispatch', to: 'dept-01' });
    game.step('chen', { type: 'ack' });
    game.step('chen', { type: 'finish', note: '已经修好', media: [] });
    game.wait(24 * HOUR);
    game.tick();
    expect(game.told('card').at(-1)).toBe('qian');
    game.step('qian', { type: 'close', note: '电话核实已亮', media: [] });
    expect(game.event.stage).toBe('closed');
  });
});

test('the event given to decide() is never altered', () => {
  const game = filed();
  const before = structuredClone(game.event);
  game.refused('zhang', { type: 'ack' });
  expect(game.event).toEqual(before);
  expect(tinyTown().units).toHaveLength(5);
});

describe('when the town is all but empty', () => {
  const left = (...userIds: string[]) => {
    const town = tinyTown();
    return tinyRules({ ...town, duties: [], posts: town.posts.filter(({ userId }) => userIds.includes(userId)) });
  };

  test('the last one above worker hears of it, sees it and may send it on, whatever their unit', () => {
    const game = filed(left('li', 'zhou'));
    expect(game.told('card')).toContain('zhou');
    game.step('zhou', { type: 'dispatch', to: '住房和城乡建设局' });
    expect(game.event.stage).toBe('dispatched');
    // Control: while others are there, a department does not see what is not its own.
    expect(filed(left('li', 'zhou', 'qian', 'zheng')).refused('zhou', { type: 'dispatch', to: 'dept-02' })).toContain(
      '没有找到',
    );
  });
});
