import { DAY, instant, MINUTE } from '../../../server/domain/clock';
import type { LedgerView } from '../../../server/http/contract';
import { type Browser, type House, newClientId, openHouse } from './town';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const report = async (who: Browser, more: object = {}) =>
  (await who.post('/api/events', { text: '东街路口有垃圾堆', clientId: newClientId(), ...more })).body.event;
const step = async (who: Parameters<House['as']>[0], id: string, action: string, body: object = {}) =>
  (await house.as(who)).post(`/api/events/${id}/${action}`, body);
const see = async (who: Parameters<House['as']>[0], path: string) => (await house.as(who)).get(path);
const clocksOf = async (id: string): Promise<LedgerView[]> =>
  (await see('zhao', `/api/events/${id}/ledger`)).body.clocks;
const sum = ({ lines }: LedgerView, planned = false) =>
  lines.filter((line) => line.planned === planned && line.state === 'running').reduce((ms, line) => ms + line.ms, 0);

/** Acknowledged at an odd moment, returned over a weekend, dispatched to the same unit, acknowledged again. */
async function travelled(): Promise<string> {
  const { id } = await report(await house.as('wang'));
  house.now += 13 * MINUTE + 17_345;
  await step('zhao', id, 'ack');
  house.now += 71 * MINUTE + 5_001;
  await step('zhao', id, 'return', { reason: '不属于本单位' });
  house.now += 7 * DAY;
  await step('chen', id, 'dispatch', { to: 'dept-01' });
  house.now += 3 * MINUTE + 11;
  await step('zhao', id, 'ack');
  house.now += 26 * MINUTE + 999;
  return id;
}

describe('the ledger', () => {
  it('tells every clock of every task, the open ones first, and adds up to the counter, to the millisecond', async () => {
    const clocks = await clocksOf(await travelled());
    expect(clocks.map(({ unit, clock, open }) => [unit, clock, open])).toEqual([
      ['城管局', '办理', true],
      ['城管局', '签收', false],
      ['城管局', '办理', false],
      ['城管局', '签收', false],
    ]);
    for (const each of clocks) expect(sum(each)).toBe(each.used);
    expect(clocks[0]!.used).toBe(71 * MINUTE + 5_001 + 26 * MINUTE + 999);
    expect(clocks[0]).toMatchObject({
      limit: '4 工作时',
      usedText: '1 小时 37 分 6 秒',
      leftText: '还剩 2 小时 22 分 54 秒',
    });
  });

  it('begins with the reader’s own; for everybody else with the lead unit’s', async () => {
    const { id } = await report(await house.as('wang'));
    await step('zhao', id, 'ack');
    await step('zhao', id, 'assist', { to: 'dept-02' });
    const first = async (who: 'sun' | 'zhou') => (await see(who, `/api/events/${id}/ledger`)).body.clocks[0].unit;
    expect([await first('sun'), await first('zhou')]).toEqual(['水务局', '城管局']);
  });

  it('adds up in words and minutes too: what is shown is cut so that nothing is lost between the lines', async () => {
    for (const each of await clocksOf(await travelled())) {
      const past = each.lines.filter(({ planned, state }) => !planned && state === 'running');
      expect(past.reduce((all, { minutes }) => all + minutes, 0)).toBe(Math.floor(each.used / MINUTE));
      expect(past.reduce((all, { words }) => all + secondsOf(words), 0)).toBe(Math.floor(each.used / 1000));
    }
    // Control: each line cut by itself would lose something here.
    const [clock] = await clocksOf((await (await house.as('zhao')).get('/api/events')).body.events[0].id);
    const alone = clock!.lines.filter(({ planned }) => !planned).map(({ ms }) => Math.floor(ms / 1000));
    expect(alone.reduce((all, each) => all + each, 0)).toBeLessThan(Math.floor(clock!.used / 1000));
  });

  it('what is used and what is left make up what is allowed, as shown and on each side of now', async () => {
    const [clock] = await clocksOf(await travelled());
    expect(secondsOf(clock!.usedText) + secondsOf(clock!.leftText)).toBe(clock!.allowed / 1000);
    const planned = clock!.lines.filter((line) => line.planned).reduce((all, { words }) => all + secondsOf(words), 0);
    expect(planned).toBe(secondsOf(clock!.leftText));
  });

  it('a clock that has ended in time says so, and not that it is paused', async () => {
    const [open, acked, returned] = await clocksOf(await travelled());
    expect(acked).toMatchObject({ stateText: '已签收', dueAt: null, dueText: '在时限内结束', awayText: null });
    expect(returned).toMatchObject({ stateText: '已退回', dueText: '在时限内结束' });
    expect(open!.awayText).toMatch(/^剩 \d/);
  });

  it('follows on without gaps, and what is still to come ends at the deadline', async () => {
    const [clock] = await clocksOf(await travelled());
    const { lines, dueAt, allowed, used } = clock!;
    for (const [index, line] of lines.slice(1).entries()) expect(line.from).toBe(lines[index]!.to);
    expect(lines.at(-1)!.to).toBe(dueAt);
    expect(sum(clock!, true)).toBe(allowed - used);
    expect(lines.find(({ state }) => state === 'paused')).toMatchObject({ why: '已退回，暂停计时', ms: 0, words: '' });
    expect(lines.filter(({ state }) => state === 'off').map(({ why }) => why)).toContain('午休');
  });

  it('of a suspended task stands still and says so', async () => {
    const { id } = await report(await house.as('wang'));
    await step('zhao', id, 'ack');
    await step('zhao', id, 'suspend', { until: '2026-12-10', reason: '等产权单位配合' });
    await step('qin', id, 'approve');
    await step('chen', id, 'approve');
    house.now += DAY;
    const [clock, ack] = await clocksOf(id);
    // Control: a clock that has ended is not said to stand still.
    expect(ack).toMatchObject({ clock: '签收', dueAt: null, stateText: '已签收', dueText: '在时限内结束' });
    expect(clock).toMatchObject({
      dueAt: null,
      dueText: '挂账至 12月10日，恢复后再推算',
      late: false,
      stateText: '挂账中',
    });
    expect(clock!.lines.at(-1)).toMatchObject({ state: 'paused', why: '挂账，暂停计时' });
  });

  it('is not there for those who may not see the event, as if there were no event', async () => {
    const { id, no } = await report(await house.as('wang'));
    const missing = await see('li', '/api/events/20261123-9999/ledger');
    expect(missing.status).toBe(404);
    for (const path of [`/api/events/${id}/ledger`, `/api/events/${no}/ledger`])
      expect((await see('li', path)).body).toEqual(missing.body);
    expect((await house.nobody.get(`/api/events/${id}/ledger`)).status).toBe(401);
    // Control: whoever sees the event sees its ledger.
    for (const who of ['wang', 'zhao', 'chen', 'zhou'] as const)
      expect((await see(who, `/api/events/${no}/ledger`)).body.clocks).toHaveLength(1);
  });

  it('a year whose holidays are not published says so wherever its deadline is shown', async () => {
    house.now = instant('2026-12-31', '17:00');
    const { id, due } = await report(await house.as('wang'));
    const note = '2027 年放假安排未公布，暂按周末推算';
    expect(due).toMatchObject({ note: null, time: '18:00' });
    await step('zhao', id, 'ack');
    const { event } = (await see('wang', `/api/events/${id}`)).body;
    expect(event.due).toMatchObject({ note });
    expect(event.tasks[0].due).toMatchObject({ note });
    expect((await see('wang', '/api/events')).body.events[0].due).toMatchObject({ note });
    expect((await clocksOf(id))[0]).toMatchObject({ unpublished: [2027], note });
  });
});

/** `2 小时 46 分 18 秒` */
function secondsOf(words: string): number {
  const of = (unit: string) => Number(new RegExp(`(\\d+) ${unit}`).exec(words)?.[1] ?? 0);
  return of('小时') * 3600 + of('分') * 60 + of('秒');
}

describe('a request for more time', () => {
  it('is shown to everyone who sees the event, decided by two, and what it added is told', async () => {
    const { id } = await report(await house.as('wang'));
    await step('zhao', id, 'ack');
    const asked = await step('zhao', id, 'extend', { reason: '垃圾太多，车辆不足' });
    const request = {
      ...{
        kind: 'extend',
        label: '申请延期',
        turn: '单位领导（第 1 级，共 2 级）',
        agreed: 0,
        approvers: 2,
        until: null,
      },
      text: '赵敏 10:00 申请：垃圾太多，车辆不足。等单位领导（第 1 级，共 2 级）审批',
    };
    expect(asked.body.event.tasks[0].request).toEqual(request);
    expect((await see('wang', `/api/events/${id}`)).body.event.tasks[0].request).toEqual(request);
    expect((await see('qin', '/api/events?todo=1')).body.events).toMatchObject([{ id, next: '审批' }]);
    const { event } = (await see('qin', `/api/events/${id}`)).body;
    expect(event.actions[0]).toMatchObject({ action: 'approve', confirm: `申请延期：${request.text}` });
    await step('qin', id, 'approve');
    const { body } = await step('chen', id, 'approve');
    expect(body.event.tasks[0]).toMatchObject({ request: null, extended: 240, extendedText: '已延期 4 小时' });
    expect(body.event.tasks[0].due.time).toBe('11月24日 10:00');
  });

  it('a suspension asks for a date within its bounds, and one outside changes nothing', async () => {
    const { id } = await report(await house.as('wang'));
    const acked = (await step('zhao', id, 'ack')).body.event;
    const suspend = acked.actions.find(({ action }: { action: string }) => action === 'suspend');
    expect(suspend.fields[0]).toEqual({
      ...{ name: 'until', label: '挂账截止日期', type: 'date', required: true },
      ...{ min: '2026-11-24', max: '2027-11-23' },
    });
    for (const until of ['2026-11-23', '2027-11-24', '2026-02-30', 'soon', '']) {
      const { status, body } = await step('zhao', id, 'suspend', { until, reason: '等产权单位配合' });
      expect([until, status, body.code]).toEqual([until, 422, 'suspend_until']);
    }
    expect((await house.store.event(id))?.tasks[0]?.request).toBeNull();
    expect((await step('zhao', id, 'suspend', { until: '2027-11-23', reason: '等产权单位配合' })).status).toBe(200);
  });

  it('suspended, the event is in nobody’s way: no limit, no lateness, and until when', async () => {
    const { id } = await report(await house.as('wang'));
    await step('zhao', id, 'ack');
    await step('zhao', id, 'suspend', { until: '2026-12-10', reason: '等产权单位配合' });
    await step('qin', id, 'approve');
    await step('chen', id, 'approve');
    house.now += 10 * DAY;
    const { event } = (await see('wang', `/api/events/${id}`)).body;
    expect(event).toMatchObject({
      standing: '挂账至 12月10日，期间不计时',
      due: { at: null, words: '挂账至 12月10日', late: false },
      tasks: [{ state: 'suspended', stateText: '挂账中', suspendedUntil: '2026-12-10', supervised: null }],
    });
    expect((await see('wang', '/api/events?late=1')).body.events).toEqual([]);
  });

  it('an appeal that is granted exempts, and the fact stays', async () => {
    const { id } = await report(await house.as('wang'));
    house.now += 3 * DAY;
    await step('zhao', id, 'ack');
    await step('zhao', id, 'finish', { note: '已清理干净' });
    await step('wang', id, 'pass');
    expect((await step('zhao', id, 'appeal', { reason: '系统停机三天' })).status).toBe(200);
    await step('chen', id, 'approve');
    const { event } = (await step('zhou', id, 'approve')).body;
    expect(event.tasks[0]).toMatchObject({ appealed: 'granted', exempt: true, appealText: '已申诉，不计入考核' });
    expect((await clocksOf(id)).find(({ clock }) => clock === '签收')).toMatchObject({ late: true });
  });
});

describe('an event that goes to and fro', () => {
  it('says how often, and who answers for it meanwhile', async () => {
    const { id } = await report(await house.as('wang'));
    await step('zhao', id, 'ack');
    const { event } = (await step('zhao', id, 'transfer', { to: 'dept-02', reason: '属于河道垃圾' })).body;
    expect(event).toMatchObject({
      responsible: '城管局',
      bounces: { returned: 0, moved: 1, text: '转办 1 次' },
      standing: '转办中，水务局签收前仍由城管局负责',
    });
    expect(event.tasks.map(({ stateText }: { stateText: string }) => stateText)).toEqual(['转办中', '待签收']);
    expect(event.actions[0]).toMatchObject({ action: 'recall', confirm: '对方还没有签收，确定收回吗？' });
  });
});

describe('terms and matters', () => {
  it('an event shows what it was filed under, and a dispatcher can put it right', async () => {
    const { id, terms } = await report(await house.as('wang'));
    expect(terms).toMatchObject({
      condition: '垃圾成堆',
      closing: '清理干净',
      limit: '4 工作时',
      ackLimit: '1 工作时',
    });
    const { event } = (await see('chen', `/api/events/${id}`)).body;
    const correct = event.actions.find(({ action }: { action: string }) => action === 'correct');
    expect(correct.fields.map(({ name, type }: Record<string, string>) => [name, type])).toEqual([
      ['matterId', 'matter'],
      ['conditionId', 'condition'],
      ['reason', 'text'],
    ]);
    const wrong = await step('chen', id, 'correct', { conditionId: 'C-NONE', reason: '是建筑垃圾' });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'unknown_condition']);
    const { body } = await step('chen', id, 'correct', { conditionId: 'C-DUMPED', reason: '是建筑垃圾' });
    expect(body.event.terms).toMatchObject({ condition: '大量偷倒建筑垃圾', limit: '5 工作日' });
    expect(body.event.timeline.at(-1).text).toBe('更正事项为“暴露垃圾”：是建筑垃圾');
  });

  it('matters are offered with their conditions, the default first; retired ones are not', async () => {
    const { matters } = (await see('wang', '/api/matters')).body;
    expect(matters.map(({ id }: { id: string }) => id)).toEqual(['M-LITTER', 'M-OTHER']);
    expect(matters[0].conditions).toEqual([
      { id: 'C-LITTER', text: '垃圾成堆', limit: '4 工作时' },
      { id: 'C-DUMPED', text: '大量偷倒建筑垃圾', limit: '5 工作日' },
    ]);
  });

  it('routing tells who would lead, and why', async () => {
    const { body } = await see('wang', '/api/routing?matterId=M-LITTER&areaId=g1');
    expect(body).toEqual({
      unit: { id: 'dept-01', name: '城管局', kind: 'department' },
      assists: [],
      why: '权责清单：暴露垃圾由城管局主办',
    });
    expect((await see('wang', '/api/routing?matterId=M-OTHER')).body).toMatchObject({
      unit: null,
      why: '权责清单没有列明由谁主办，由派遣员指定',
    });
  });

  it.each([
    ['matterId=M-NONE', 'unknown_matter'],
    ['matterId=M-LITTER&areaId=g9', 'unknown_area'],
    ['matterId=M-LITTER&conditionId=C-9', 'unknown_condition'],
    ['', 'bad_input'],
  ])('routing refuses %s', async (query, code) => {
    const { status, body } = await see('wang', `/api/routing?${query}`);
    expect([status, body.code]).toEqual([422, code]);
  });
});

it('supervision by hand shows its level on the task', async () => {
  const { id } = await report(await house.as('wang'));
  const { body } = await step('zhou', id, 'supervise', { level: 'red', reason: '群众反复反映' });
  expect(body.event.tasks[0]).toMatchObject({ supervised: 'red', supervisedText: '红牌督办' });
});
