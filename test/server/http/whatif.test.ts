import { DAY, HOUR } from '../../../server/domain/clock';
import { rosterOf } from '../../../server/domain/roster';
import type { Post, Role } from '../../../server/domain/types';
import type { HttpPorts } from '../../../server/http/needs';
import type { Store } from '../../../server/ports';
import { type Browser, type House, MORNING, newClientId, openHouse, type Who } from './town';

/** 推演 as it is asked from outside: who may, about what, and what is refused. Every answer is held against the contract. */

/** Two streets with a supervisor each: 李强 over the west, 孙亮 over the east, besides what they are already. */
const OVERSEEING: readonly [Who, Role, string][] = [
  ['li', 'supervisor', 's2'],
  ['sun', 'supervisor', 's1'],
  ['zhou', 'admin', 'd'],
];

function withOverseers({ rules }: HttpPorts): Partial<HttpPorts> {
  const { town } = rules().roster;
  const posts = OVERSEEING.map(
    ([userId, role, areaId]): Post => ({ id: `${userId}-${role}-${areaId}`, userId, role, unitId: null, areaId }),
  );
  const roster = rosterOf({ ...town, posts: [...town.posts, ...posts] });
  return { rules: () => ({ ...rules(), roster }) };
}

let house: House;
const held: { filed: Store['filed'] | null } = { filed: null };

// One house for all: asking what if changes nothing.
beforeAll(async () => {
  house = await openHouse((ports) => ({
    ...withOverseers(ports),
    store: { ...ports.store, filed: (range) => (held.filed ?? ports.store.filed)(range) },
  }));
  for (const who of ['wang', 'wang', 'li'] as const) await handledAt(who, 3 * HOUR);
});
afterEach(() => {
  held.filed = null;
});
afterAll(() => house.close());

/** One event of this worker's, acknowledged at once and finished after so long. Four working hours are allowed. */
async function handledAt(who: Who, after: number): Promise<string> {
  house.now = MORNING;
  const report = { text: '路口有垃圾堆', matterId: 'M-LITTER', clientId: newClientId() };
  const { body } = await (await house.as(who)).post('/api/events', report);
  const zhao = await house.as('zhao');
  await zhao.post(`/api/events/${body.event.id}/ack`);
  house.now += after;
  await zhao.post(`/api/events/${body.event.id}/finish`, { note: '已清理' });
  return body.event.no;
}

const condition = (change: object = {}) => ({
  ...{ id: 'C-LITTER', matterId: 'M-LITTER', rank: 1, text: '垃圾成堆', clock: 'work_hour', limit: 1 },
  ...{ ackMinutes: 60, closing: '清理干净', evidence: 'photo', ...change },
});
const within = { from: '2026-11-01', to: '2026-11-30' };
const halved = { ...within, catalogue: { conditions: [condition()] } };
const asks = async (who: Who | Browser, body: object) =>
  (typeof who === 'string' ? await house.as(who) : who).post('/api/what-if', body);

describe('who may ask, and about what', () => {
  it('a supervisor of a street hears of the events of that street, and of no others', async () => {
    const east = (await asks('sun', halved)).body;
    const west = (await asks('li', halved)).body;
    expect([east.events, west.events]).toEqual([2, 1]);
    expect(east.totals.handle).toMatchObject({ tasks: 2, late: { before: 0, after: 2 }, newlyLate: 2 });
    expect(east.streets.map(({ name }: { name: string }) => name)).toEqual(['东街街道']);
    expect(west.streets.map(({ name }: { name: string }) => name)).toEqual(['西街街道']);
    const numbers = (body: { most: { no: string }[] }) => body.most.map(({ no }) => no);
    expect(numbers(east).filter((no) => numbers(west).includes(no))).toEqual([]);
    expect(numbers(east)).toHaveLength(2);
  });

  it('whoever oversees the district hears of all', async () => {
    const { body } = await asks('zhou', halved);
    expect([body.events, body.totals.handle.late]).toEqual([3, { before: 0, after: 3 }]);
    expect(body.units.map(({ name }: { name: string }) => name)).toEqual(['城管局']);
    expect(body.matters.map(({ name }: { name: string }) => name)).toEqual(['暴露垃圾']);
    expect(body.notes[0]).toBe('按当时的实际经过重算，不推测人会怎样改变做法。');
  });

  it('workers, handlers and dispatchers are refused, for the form as for the answer', async () => {
    for (const who of ['wang', 'zhao', 'chen'] as const) {
      const asked = await asks(who, halved);
      const form = await (await house.as(who)).get('/api/what-if');
      expect([asked.status, asked.body.code, form.status]).toEqual([403, 'not_allowed', 403]);
    }
    expect((await asks(house.nobody, halved)).status).toBe(401);
  });
});

it('the form shows what is in force, so that it can be sent back changed', async () => {
  const sun = await house.as('sun');
  const { body: form } = await sun.get('/api/what-if');
  expect(form.today).toBe('2026-11-23');
  expect(form.conditions).toContainEqual(condition({ limit: 4 }));
  expect(form.areas.map(({ name }: { name: string }) => name)).toContain('西街街道');
  const { body } = await asks(sun, { ...within, settings: form.settings, calendars: form.calendars });
  expect(body.totals.handle).toMatchObject({ late: { before: 0, after: 0 }, minutesLate: { before: 0, after: 0 } });
  expect(body.most).toEqual([]);
});

it('what is asked changes nothing that anybody sees', async () => {
  const zhou = await house.as('zhou');
  const before = (await zhou.get('/api/events')).body;
  const town = await house.store.town();
  await asks(zhou, {
    ...halved,
    calendars: [{ areaId: 'd', rules: [{ kind: 'closed', from: '2026-11-23', to: '2026-11-23', reason: '停电检修' }] }],
  });
  expect((await zhou.get('/api/events')).body).toEqual(before);
  expect(await house.store.town()).toEqual(town);
});

it('a catalogue that was uploaded and previewed can be tried before it is accepted', async () => {
  const zhou = await house.as('zhou');
  const table = JSON.stringify([
    { 事项: '暴露垃圾', 立案条件: '垃圾成堆', 处置时限: '1工作时', 结案条件: '清理干净', '签收时限(分钟)': 60 },
  ]);
  const seen = await zhou.post('/api/rules/catalogue/preview', table);
  expect([seen.status, seen.body.faulty]).toEqual([200, 0]);
  const { body } = await asks(zhou, { ...within, catalogue: { sha: seen.body.sha } });
  expect(body.totals.handle.late).toEqual({ before: 0, after: 3 });
  expect((await house.store.town()).versions.catalogue).toBe(0);
});

describe('refused, with the row and the reason', () => {
  const refusal = async (body: object) => {
    const { status, body: problem } = await asks('zhou', { ...within, ...body });
    const issues = (problem.issues ?? []) as { path: string; message: string }[];
    return [status, problem.code, issues.map(({ path, message }) => `${path}：${message}`).join() || problem.detail];
  };

  it.each([
    [{ from: '2026-12-01', to: '2026-11-01' }, 'bad_input', 'body.to：结束日期不能早于开始日期。'],
    [{ from: '2025-01-01', to: '2026-11-30' }, 'bad_input', 'body.from：一次最多推演 366 天，请缩短时间范围。'],
    [{}, 'nothing_proposed', '还没有写要改什么。'],
    [{ settings: { onRedispatch: 'sometimes' } }, 'faulty_rules', '设置 onRedispatch：'],
    [{ settings: { accountability: { signedBy: 'wang', at: 1 } } }, 'faulty_rules', '设置 accountability.signedBy：'],
    [
      { catalogue: { conditions: [condition({ limit: 0 })] } },
      'faulty_rules',
      '立案条件“垃圾成堆” 第 1 条：办理时限要写大于 0 的整数',
    ],
  ])('%j', async (body, code, words) => {
    const [status, found, detail] = await refusal(body);
    expect([status, found]).toEqual([422, code]);
    expect(detail).toContain(words);
  });

  it('a range without a proposal in it, or 366 days of it, is no fault', async () => {
    const { status } = await asks('zhou', { ...halved, from: '2026-01-01', to: '2026-12-31' });
    expect(status).toBe(200);
  });

  it('a faulty calendar names the area and the rule', async () => {
    const rules = [{ kind: 'closed', from: '2026-11-23', to: '2026-11-20', reason: '检修' }];
    expect(await refusal({ calendars: [{ areaId: 's1', rules }] })).toEqual([
      422,
      'faulty_rules',
      '日历“东街街道” 第 1 条：结束日期早于开始日期',
    ]);
  });

  it('a faulty row of an uploaded catalogue names the row', async () => {
    const table = JSON.stringify([
      { 事项: '暴露垃圾', 立案条件: '垃圾成堆', 处置时限: '1工作时', 结案条件: '清理干净' },
      { 事项: '乱堆乱放', 立案条件: '占道', 处置时限: '很快', 结案条件: '搬走' },
    ]);
    const { body } = await (await house.as('zhou')).post('/api/rules/catalogue/preview', table);
    const [status, code, words] = await refusal({ catalogue: { sha: body.sha } });
    expect([status, code]).toEqual([422, 'faulty_rules']);
    expect(words).toMatch(/目录 处置时限 “很快” 第 3 条/);
  });

  it('an upload that nobody made', async () => {
    const { status, body } = await asks('zhou', { ...within, catalogue: { sha: 'f'.repeat(64) } });
    expect([status, body.code]).toEqual([404, 'no_upload']);
  });
});

it('one at a time: who comes second is told to wait, and after the first is over the next may', async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((done) => {
    release = done;
  });
  let reached: () => void = () => undefined;
  const started = new Promise<void>((done) => {
    reached = done;
  });
  held.filed = async (range) => {
    reached();
    await gate;
    return house.store.filed(range);
  };
  const first = asks('sun', halved);
  await started;
  const second = await asks('li', halved);
  expect([second.status, second.body.code, second.body.detail]).toEqual([
    409,
    'busy',
    '另一次推演正在进行，请过一分钟再试。',
  ]);
  release();
  expect((await first).status).toBe(200);
  expect((await asks('li', halved)).status).toBe(200);
});

it('one that fails leaves the way free', async () => {
  held.filed = async () => {
    throw new Error('disk');
  };
  expect((await asks('sun', halved)).status).toBe(500);
  house.bugs.splice(0);
  held.filed = null;
  expect((await asks('sun', halved)).status).toBe(200);
});

it('days are China days, the last one included', async () => {
  const on = async (day: string) => (await asks('zhou', { ...halved, from: day, to: day })).body.events;
  expect([await on('2026-11-22'), await on('2026-11-23'), await on('2026-11-24')]).toEqual([0, 3, 0]);
  expect(MORNING % DAY).toBeGreaterThan(0);
});
