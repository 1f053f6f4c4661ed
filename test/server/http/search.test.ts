import { readSheet } from 'read-excel-file/node';
import { DAY, HOUR, MINUTE } from '../../../server/domain/clock';
import { changes, eventOf, taskOf } from '../adapters/rows';
import { type House, MORNING, newClientId, openHouse, PIXEL, type Who } from './town';

/** 查询, 导出, 全卷, 申诉审理 and the audit log, asked for as the page asks. */

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const report = async (who: Who, text: string, more: object = {}) =>
  (await (await house.as(who)).post('/api/events', { text, matterId: 'M-LITTER', clientId: newClientId(), ...more }))
    .body.event;
const act = async (who: Who, id: string, action: string, body: object = {}) => {
  const answer = await (await house.as(who)).post(`/api/events/${id}/${action}`, body);
  expect([action, answer.status]).toEqual([action, 200]);
  return answer.body.event;
};
const search = async (who: Who, query: Record<string, string> = {}) =>
  (await house.as(who)).get(`/api/search?${new URLSearchParams(query)}`);
const texts = async (who: Who, query: Record<string, string> = {}) =>
  (await search(who, query)).body.rows.map(({ text }: { text: string }) => text);

/** So many events with a task each, in the database at once; several of them in the same moment. */
async function many(count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, index) => {
    const [id, no] = [`e${index}`, `20261123-${String(index).padStart(4, '0')}`];
    const at = MORNING + (index >> 2);
    const tasks = [taskOf(`t${index}`, id, { unitId: 'dept-01', ackDueAt: at + 10 * MINUTE })];
    return eventOf(id, { no, stage: 'dispatched', areaPath: '/d/s1/c1/g1', createdAt: at, tasks });
  });
  await house.store.write((tx) => tx.save(changes({ events })));
}

describe('searching', () => {
  it('finds by number, words, place, person, matter, stage, area, unit, lateness and days, together too', async () => {
    const litter = await report('wang', '东街 100% 垃圾', { place: { text: '建设路_3号', lng: null, lat: null } });
    house.now += MINUTE;
    await report('li', '西街有垃圾堆', { gridId: 'g2' });
    house.now += DAY;
    await report('wang', '第二天的树枝', { matterId: 'M-OTHER' });
    await act('zhao', litter.id, 'ack');
    const found: [Record<string, string>, string[]][] = [
      [{}, ['第二天的树枝', '西街有垃圾堆', '东街 100% 垃圾']],
      [{ q: '垃圾' }, ['西街有垃圾堆', '东街 100% 垃圾']],
      [{ q: '%' }, ['东街 100% 垃圾']],
      [{ q: '_3' }, ['东街 100% 垃圾']],
      [{ q: litter.no }, ['东街 100% 垃圾']],
      [{ person: '王' }, ['第二天的树枝', '东街 100% 垃圾']],
      [{ person: '赵敏' }, ['东街 100% 垃圾']],
      [{ person: '%' }, []],
      [{ matterId: 'M-OTHER' }, ['第二天的树枝']],
      [{ stage: 'handling' }, ['东街 100% 垃圾']],
      [{ stage: 'open', areaId: 's2' }, ['西街有垃圾堆']],
      [{ unitId: 'dept-01' }, ['西街有垃圾堆', '东街 100% 垃圾']],
      [{ rung: 'late' }, ['西街有垃圾堆']],
      [{ rung: 'red' }, []],
      [{ to: '2026-11-23' }, ['西街有垃圾堆', '东街 100% 垃圾']],
      [{ from: '2026-11-24' }, ['第二天的树枝']],
      [{ from: '2026-11-23', to: '2026-11-23', person: '李强', q: '西街' }, ['西街有垃圾堆']],
    ];
    for (const [query, wanted] of found) expect([query, await texts('zhou', query)]).toEqual([query, wanted]);
    const { body } = await search('zhou', { stage: 'open', areaId: 's2', to: '2026-11-23' });
    expect([body.count, body.words]).toEqual([1, '未结，西街街道，最早 至 2026-11-23']);
    expect((await texts('zhou', { order: 'due' }))[0]).toBe('西街有垃圾堆');
  });

  it('counts all pages, and goes through them with each event once, by day or by deadline', async () => {
    await many(53);
    for (const order of ['new', 'due']) {
      const first = (await search('zhou', { order })).body;
      expect([first.rows.length, first.count]).toEqual([50, 53]);
      const second = (await search('zhou', { order, cursor: first.cursor })).body;
      expect([second.rows.length, second.count, second.cursor]).toEqual([3, null, null]);
      const all = [...first.rows, ...second.rows].map(({ id }: { id: string }) => id);
      expect(new Set(all).size).toBe(53);
    }
  });

  it('shows nobody more than they may see, and is not for those who only report', async () => {
    const event = await report('wang', '东街有垃圾堆');
    expect(await texts('zhao')).toEqual(['东街有垃圾堆']);
    expect(await texts('sun')).toEqual([]);
    expect(await texts('sun', { q: event.no })).toEqual([]);
    const { status, body } = await search('wang');
    expect([status, body.code]).toEqual([403, 'not_allowed']);
  });

  it('says what is wrong with a search, in words', async () => {
    expect((await search('zhou', { from: '2026-11-24', to: '2026-11-23' })).body.detail).toMatch(
      /开始日期在结束日期之后/,
    );
    expect((await search('zhou', { areaId: 'nowhere' })).status).toBe(422);
    expect((await search('zhou', { rung: 'purple' })).status).toBe(422);
    expect((await search('zhou', { cursor: 'x' })).status).toBe(422);
  });

  it('is kept by name for the person alone, with its conditions in words', async () => {
    const zhou = await house.as('zhou');
    const filter = { rung: 'red', areaId: 's1' };
    const { body } = await zhou.post('/api/filters', { name: '东街红牌', filter });
    expect(body.filters).toEqual([{ id: body.filters[0].id, name: '东街红牌', filter, words: '东街街道，红牌督办' }]);
    const chen = await house.as('chen');
    expect((await chen.get('/api/filters')).body.filters).toEqual([]);
    expect((await chen.post(`/api/filters/${body.filters[0].id}/remove`)).status).toBe(404);
    expect((await zhou.post('/api/filters', { name: '', filter })).status).toBe(422);
    expect((await zhou.post('/api/filters', { name: '坏的', filter: { rung: 'x' } })).status).toBe(422);
    expect((await zhou.post(`/api/filters/${body.filters[0].id}/remove`)).body.filters).toEqual([]);
    for (let index = 0; index < 30; index += 1) await zhou.post('/api/filters', { name: `第${index}个`, filter: {} });
    expect((await zhou.post('/api/filters', { name: '第三十一个', filter: {} })).body.detail).toMatch(/最多存 30 个/);
  });
});

describe('an export', () => {
  const ask = async (who: Who, filter: object = {}) => (await house.as(who)).post('/api/exports', { filter });

  it('holds as many rows as the list finds, in Chinese, with China times, and no telephone number', async () => {
    const first = await report('wang', '=HYPERLINK("http://evil","看") 打 13800138000 或 028-87654321');
    await report('li', '西街有垃圾堆', { gridId: 'g2' });
    house.now += 30 * MINUTE;
    const third = await report('wang', '东街又有垃圾');
    await act('zhao', third.id, 'ack');
    const filter = { q: '垃圾', person: '王芳' };
    const { body } = await ask('zhou', {});
    expect([body.count, body.until]).toEqual([3, house.now + 5 * MINUTE]);
    const { status, headers, body: bytes } = await house.nobody.get(body.url);
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toMatch(/^attachment; .*filename\*=UTF-8''%E4%BA%8B%E4%BB%B6/);
    expect(headers.get('cache-control')).toBe('no-store');
    const [header, ...rows] = await readSheet(bytes);
    expect(header!.slice(0, 5)).toEqual(['编号', '事项', '立案条件', '内容', '位置']);
    expect(rows).toHaveLength((await search('zhou')).body.count);
    const record = rows.map((row) => Object.fromEntries(row.map((cell, index) => [String(header![index]), cell])));
    expect(record[0]).toMatchObject({
      编号: third.no,
      阶段: '处置中',
      主办单位: '城管局',
      经办人: '赵敏',
      报告人: '王芳',
    });
    expect((record[0]!.上报时间 as unknown as Date).toISOString()).toBe('2026-11-23T10:30:00.000Z');
    expect(record.find(({ 编号 }) => 编号 === first.no)?.内容).toBe(
      '=HYPERLINK("http://evil","看") 打 138****8000 或 028-****4321',
    );
    expect(JSON.stringify(rows)).not.toMatch(/1\d{10}/);
    const narrow = await ask('zhou', filter);
    expect(await readSheet((await house.nobody.get(narrow.body.url)).body)).toHaveLength(2);
  });

  it('goes through many pages without losing or doubling a row', async () => {
    await many(650);
    const { body } = await ask('zhou');
    const [, ...rows] = await readSheet((await house.nobody.get(body.url)).body);
    expect(body.count).toBe(650);
    expect(new Set(rows.map(([no]) => no)).size).toBe(650);
  });

  it('has an address that is good once, for five minutes, and only as it was made', async () => {
    const path = (await ask('zhou')).body.url;
    const forged = path.replace(/\.(.)/, (_: string, letter: string) => `.${letter === 'A' ? 'B' : 'A'}`);
    expect((await house.nobody.get(forged)).status).toBe(404);
    const knock = await fetch(house.url + path, { method: 'HEAD' });
    expect([knock.status, knock.headers.get('content-type')]).toEqual([200, expect.stringContaining('spreadsheet')]);
    expect((await house.nobody.get(path)).status).toBe(200);
    const again = await house.nobody.get(path);
    expect([again.status, again.body.detail]).toEqual([404, expect.stringContaining('请回到网格通重新点“导出”')]);
    const later = (await ask('zhou')).body.url;
    house.now += 5 * MINUTE;
    expect((await house.nobody.get(later)).status).toBe(404);
  });

  it('gives each address to one of those who open it at the same moment', async () => {
    const path = (await ask('zhou')).body.url;
    const answers = await Promise.all([1, 2, 3].map(() => house.nobody.get(path)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
  });

  it('looks at rights when it is fetched: who has left meanwhile gets nothing', async () => {
    await report('wang', '东街有垃圾堆');
    const path = (await ask('zhou')).body.url;
    await house.store.saveTown({
      people: (await house.store.town()).people.map((each) => ({
        ...each,
        active: each.active && each.userId !== 'zhou',
      })),
    });
    await house.refresh();
    expect((await house.nobody.get(path)).status).toBe(403);
    expect((await ask('wang')).status).toBe(403);
  });

  it('is written down: who, when, what, how many; an administrator reads it, others do not', async () => {
    await report('wang', '东街有垃圾堆');
    const { body } = await ask('zhou', { areaId: 's1', q: '垃圾' });
    await house.nobody.get(body.url);
    await house.store.enact({ kind: 'calendars', calendars: [] }, { base: 0, at: house.now, by: 'system', note: '试' });
    const town = await house.store.town();
    await house.store.saveTown({
      posts: [...town.posts, { id: 'p-qin', userId: 'qin', role: 'admin', unitId: 'centre', areaId: 'd' }],
    });
    await house.refresh();
    const { entries } = (await (await house.as('qin')).get('/api/audit')).body;
    expect(entries.map(({ who, time, text }: Record<string, string>) => [who, time, text])).toEqual([
      ['命令行', '2026-11-23 10:00', '日历第 1 版生效：试'],
      ['周正', '2026-11-23 10:00', '导出事件 1 件（“垃圾”，东街街道）'],
    ]);
    const exports = (await (await house.as('qin')).get('/api/audit?action=export.events')).body.entries;
    expect(exports).toHaveLength(1);
    expect((await (await house.as('zhou')).get('/api/audit')).status).toBe(403);
  });
});

describe('a whole file', () => {
  it('holds facts, history, ledgers, photos and approvals, and says that the chain stands', async () => {
    const wang = await house.as('wang');
    const photos = [(await wang.send(PIXEL)).body.id];
    const { id } = await report('wang', '东街路口有垃圾堆', { photos });
    await act('zhao', id, 'ack');
    await act('zhao', id, 'extend', { reason: '等清运车' });
    await act('qin', id, 'deny', { reason: '来得及' });
    const { status, body } = await wang.get(`/api/events/${id}/file`);
    expect(status).toBe(200);
    expect(body.event).toMatchObject({ matter: '暴露垃圾', reporter: '王芳', photos: [{ phase: 'report' }] });
    expect(body.clocks.map(({ clock }: { clock: string }) => clock)).toEqual(['办理', '签收']);
    expect(body.lines.map(({ approval }: { approval: boolean }) => approval).filter(Boolean)).toHaveLength(2);
    expect(body.lines.at(-1)).toMatchObject({ text: '不同意延期：来得及', time: '2026-11-23 10:00:00' });
    const event = await house.store.event(id);
    const words = `核验通过：${event!.entryCount} 条记录逐条相扣，未被改动。`;
    expect(body.chain).toEqual({ whole: true, words, entries: event!.entryCount, head: event!.headHash });
    expect(body.lines.at(-1).hash).toBe(event!.headHash);
    expect(body.printed).toEqual({ by: '王芳', time: '2026-11-23 10:00' });
    expect(JSON.stringify(body)).not.toContain('13800138000');
    expect((await (await house.as('sun')).get(`/api/events/${id}/file`)).status).toBe(404);
  });

  it('says where the chain is broken when a line was altered in the database', async () => {
    const { id } = await report('wang', '东街路口有垃圾堆');
    const store = { ...house.ports.store };
    const altered = await openHouse((ports) => ({
      store: {
        ...ports.store,
        event: (each) => store.event(each),
        media: (ids) => store.media(ids),
        entries: async (each) =>
          (await store.entries(each)).map((entry) => (entry.seq === 2 ? { ...entry, at: entry.at + 1 } : entry)),
      },
    }));
    const { body } = await (await altered.as('wang')).get(`/api/events/${id}/file`);
    await altered.close();
    expect(body.chain).toMatchObject({ whole: false, words: expect.stringContaining('第 2 条记录') });
  });
});

describe('appeals', () => {
  async function lateAndClosed(): Promise<string> {
    const { id } = await report('wang', '东街路口有垃圾堆');
    const photos = [(await (await house.as('zhao')).send(PIXEL)).body.id];
    await act('zhao', id, 'ack');
    house.now = MORNING + DAY + 2 * HOUR;
    await house.ports.apply({ key: null, by: 'system', on: { event: id }, command: { type: 'tick' } });
    await act('zhao', id, 'finish', { note: '已清理', photos });
    await act('wang', id, 'pass');
    return id;
  }
  const todo = async (who: Who) => (await (await house.as(who)).get('/api/todo')).body.events;
  const waiting = async (who: Who) => (await (await house.as(who)).get('/api/appeals')).body.appeals;

  it('come to the dispatcher, then to the supervisor, with what was late and why; then stand decided', async () => {
    const id = await lateAndClosed();
    await act('zhao', id, 'appeal', { reason: '停电，清运车出不来' });
    const [seen] = await waiting('chen');
    expect(seen).toMatchObject({ unit: '城管局', by: '赵敏', reason: '停电，清运车出不来', mine: true, outcome: null });
    expect(seen.late).toEqual(['办理超时 6 小时']);
    expect(seen.ledger).toEqual(['自 11月23日 10:00 起限 4 工作时，共用 10 小时']);
    expect((await waiting('zhou'))[0]).toMatchObject({ mine: false, turn: '派遣员（第 1 级，共 2 级）' });
    expect(await todo('chen')).toMatchObject([{ id, step: 'approve', action: 'approve', due: null, unit: '城管局' }]);
    expect([await todo('zhou'), await todo('zhao')]).toEqual([[], []]);
    await act('chen', id, 'approve', { note: '情况属实' });
    expect([(await todo('chen')).length, (await todo('zhou')).length]).toEqual([0, 1]);
    expect((await waiting('chen'))[0]).toMatchObject({ mine: false });
    expect((await waiting('zhou'))[0]).toMatchObject({
      mine: true,
      decisions: [{ who: '陈晨', agreed: true, note: '情况属实' }],
    });
    await act('zhou', id, 'deny', { reason: '当天已来电' });
    expect(await waiting('zhou')).toEqual([]);
    const { appeals } = (await (await house.as('chen')).get('/api/appeals?which=decided')).body;
    expect(appeals[0]).toMatchObject({
      outcome: 'denied',
      turn: null,
      mine: false,
      decisions: [{ agreed: true }, { who: '周正', agreed: false, note: '当天已来电' }],
    });
    const [, row] = await readSheet(
      (await house.nobody.get((await (await house.as('zhou')).post('/api/exports', { filter: {} })).body.url)).body,
    );
    expect(row!.at(-1)).toBe('未予支持');
  });

  it('of an event that was reopened meanwhile stand in the to-do once', async () => {
    const id = await lateAndClosed();
    await act('zhao', id, 'appeal', { reason: '停电' });
    await act('wang', id, 'reopen', { reason: '又堆起来了' });
    for (const who of ['chen', 'zhou'] as const) {
      const ids = (await todo(who)).map((row: { id: string }) => row.id);
      expect(ids).toEqual([...new Set(ids)]);
    }
    expect((await todo('chen')).map((row: { id: string }) => row.id)).toContain(id);
  });

  it('are not for those who neither dispatch nor oversee, nor for other places', async () => {
    await act('zhao', await lateAndClosed(), 'appeal', { reason: '停电' });
    for (const who of ['wang', 'zhao', 'sun'] as const)
      expect((await (await house.as(who)).get('/api/appeals')).status).toBe(403);
    expect(await waiting('qin')).toHaveLength(1);
  });
});
