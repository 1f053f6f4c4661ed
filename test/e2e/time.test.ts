import { DAY, dateOf, HOUR } from '../../server/domain/clock';
import { dispatchers, supervisors } from '../../server/domain/routing';
import { openWorld, type World } from '../support/world';

/** The clock, the ladder and the ledger as people meet them: in chat, on cards, over the API; the whole program runs. */

let world: World;
let worker: string;
const LEADER = 'l-dept-01';

beforeEach(async () => {
  world = await openWorld();
  worker = world.who('worker');
});

afterEach(() => world.close());

/** Filed, sent to dept-01 by the duty list, acknowledged. Resolves with the handler. */
async function handled(): Promise<string> {
  await world.says(worker, '建设路12号路灯不亮');
  await world.taps(worker, 'file');
  const handler = world.roster.staff('dept-01', 'handler')[0]!;
  await world.taps(handler, 'ack');
  return handler;
}

async function lead() {
  const { tasks } = await world.event();
  return tasks.findLast(({ duty }) => duty === 'lead')!;
}

async function people() {
  const { areaPath } = await world.event();
  return { dispatcher: dispatchers(areaPath, world.roster)[0]!, supervisor: supervisors(areaPath, world.roster)[0]! };
}

const now = () => world.running.sandbox!.clock.now();
const offered = (userId: string, action: string) =>
  world.phone(userId).cards.some(({ params }) => params.buttons?.includes(`"action":"${action}"`));

async function api(userId: string, path: string, init: RequestInit = {}) {
  const { url, sandbox } = world.running;
  const code = sandbox!.loginCode(userId);
  const login = await fetch(`${url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  const { token } = (await login.json()) as { token: string };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}${path}`, { ...init, headers });
  return { status: answer.status, body: await answer.json() };
}

describe('延期 and 挂账 on cards', () => {
  test('the handler asks, the leader and a dispatcher agree in turn, and the deadline moves', async () => {
    const handler = await handled();
    const before = (await lead()).handleDueAt!;
    await world.taps(handler, 'extend', { reason: '等配件到货' });
    expect(offered(LEADER, 'approve')).toBe(true);
    const { dispatcher } = await people();
    expect(offered(dispatcher, 'approve')).toBe(false);
    await world.taps(LEADER, 'approve');
    expect(offered(dispatcher, 'approve')).toBe(true);
    await world.taps(dispatcher, 'approve');
    expect(await lead()).toMatchObject({ extensions: 1, request: null });
    expect((await lead()).handleDueAt).toBeGreaterThan(before);
    expect(offered(LEADER, 'approve') || offered(dispatcher, 'approve')).toBe(false);
  });

  test('a suspension stops every reminder, and ends by itself on its day', async () => {
    const handler = await handled();
    const until = dateOf(now() + 20 * DAY);
    await world.taps(handler, 'suspend', { until, reason: '等停电窗口' });
    await world.taps(LEADER, 'approve');
    await world.taps((await people()).dispatcher, 'approve');
    const cards = world.phone(handler).cards.length;
    await world.advance('19d');
    expect(await lead()).toMatchObject({ state: 'suspended', rungs: [] });
    expect(world.phone(handler).cards).toHaveLength(cards);
    await world.advance('1d');
    expect(await lead()).toMatchObject({ state: 'handling', suspendedUntil: null });
    expect(world.phone(handler).cards.length).toBeGreaterThan(cards);
  });

  test('words that make no date are refused on the card, and nothing changes', async () => {
    const handler = await handled();
    expect(await world.taps(handler, 'suspend', { until: '下周', reason: '等材料' })).toContain('请选择挂账截止日期');
    expect(await lead()).toMatchObject({ state: 'handling', request: null });
  });
});

describe('passing it on', () => {
  test('until the other acknowledges, the first unit answers for it and can take it back', async () => {
    const handler = await handled();
    await world.taps(handler, 'transfer', { to: 'dept-03', reason: '属交通设施' });
    expect((await world.event()).responsibleId).toBe('dept-01');
    await world.taps(handler, 'recall');
    expect(await lead()).toMatchObject({ unitId: 'dept-03', state: 'cancelled' });
    expect((await world.event()).stage).toBe('handling');
    await world.taps(handler, 'transfer', { to: 'dept-03', reason: '属交通设施' });
    await world.taps(world.roster.staff('dept-03', 'handler')[0]!, 'ack');
    expect((await world.event()).responsibleId).toBe('dept-03');
  });
});

describe('the ladder', () => {
  test('climbs to the leader and the supervisors, once each, through a restart; the night is left alone', async () => {
    const handler = await handled();
    await world.advance('1d');
    await world.restart();
    await world.advance('4d');
    expect((await lead()).rungs).toEqual(['handle.prewarn', 'handle.blue', 'handle.yellow', 'handle.red']);
    const { supervisor } = await people();
    expect(world.phone(supervisor).cards.some(({ params }) => params.title?.includes('超期'))).toBe(true);
    expect(world.phone(handler).todos).toHaveLength(1);
    const entries = await world.running.store.entries((await world.event()).id);
    expect(entries.filter(({ action }) => action === 'rung')).toHaveLength(4);
  });

  test('two events that come due together are one message each time, and nothing is said by night', async () => {
    const handler = await handled();
    await world.says(worker, '红光路3号路灯也不亮');
    await world.taps(worker, 'file');
    await world.taps(handler, 'ack');
    const reminders = () => world.phone(handler).cards.filter(({ params }) => params.title === '时限提醒：2 件');
    await world.advance('8h');
    await world.advance('30m');
    expect((await lead()).rungs).toEqual(['handle.prewarn']);
    expect(reminders()).toHaveLength(1);
    expect(reminders()[0]?.params.lines).toContain('即将超期');
    const cards = world.phone(handler).cards.length;
    await world.advance('14h');
    expect(world.phone(handler).cards).toHaveLength(cards);
    await world.advance('2h');
    expect((await lead()).rungs).toEqual(['handle.prewarn', 'handle.blue']);
    expect(reminders()).toHaveLength(2);
  });

  test('an urgent event rings by night: its unit to do it, its supervisors to see that it is done', async () => {
    await world.advance('13h');
    await world.says(worker, '建设路12号路灯杆要倒了，很危险，马上来人');
    await world.taps(worker, 'file');
    const handler = world.roster.staff('dept-01', 'handler')[0]!;
    await world.advance('2h');
    const { supervisor } = await people();
    expect(world.phone(supervisor).dings.at(-1)).toMatch(/签收时限已超 .+，请立即督办。$/);
    expect(world.phone(handler).dings.some((words) => words.endsWith('请立即签收办理。'))).toBe(true);
  });

  test('an appeal after closing exempts, and the fact stays', async () => {
    const handler = await handled();
    await world.advance('5d');
    await world.taps(handler, 'finish', { note: '已更换灯泡' });
    await world.taps(worker, 'pass');
    const { id } = await world.event();
    const said = await api(LEADER, `/api/events/${id}/appeal`, {
      method: 'POST',
      body: JSON.stringify({ reason: '配件停产，属不可抗力' }),
    });
    expect(said.status).toBe(200);
    await world.settled();
    const { dispatcher, supervisor } = await people();
    for (const reviewer of [dispatcher, supervisor])
      await api(reviewer, `/api/events/${id}/approve`, { method: 'POST', body: JSON.stringify({}) });
    expect(await lead()).toMatchObject({ appealed: 'granted' });
    expect((await lead()).rungs).toContain('handle.blue');
  });
});

describe('explained', () => {
  test('the ledger over the API adds up to the counter, to the millisecond, and ends at the deadline', async () => {
    const handler = await handled();
    await world.advance('30h');
    await world.taps(handler, 'return', { reason: '不属于我单位职责' });
    await world.advance('2h');
    await world.taps((await people()).dispatcher, 'dispatch', { to: 'dept-01' });
    await world.taps(handler, 'ack');
    await world.advance('1h');
    const { id } = await world.event();
    const { body } = await api(handler, `/api/events/${id}/ledger`);
    const clocks = (body as { clocks: Clock[] }).clocks;
    expect(clocks.length).toBeGreaterThan(0);
    for (const { lines, used } of clocks) {
      const told = lines.filter(({ planned }) => !planned);
      expect(told.reduce((sum, { ms }) => sum + ms, 0)).toBe(used);
    }
    const handle = clocks.find(
      ({ clock, lines }) => clock === '办理' && lines.some(({ state }) => state === 'paused'),
    )!;
    expect(handle.lines.some(({ why }) => why.includes('已退回'))).toBe(true);
    expect(handle.dueAt === null || handle.late || handle.lines.at(-1)!.to === handle.dueAt).toBe(true);
  });

  test('who may not see the event does not see its ledger', async () => {
    await handled();
    const { id } = await world.event();
    const stranger = world.roster.staff('dept-09', 'handler')[0]!;
    expect((await api(stranger, `/api/events/${id}/ledger`)).status).toBe(404);
  });
});

interface Clock {
  clock: string;
  used: number;
  dueAt: number | null;
  late: boolean;
  lines: { to: number; state: string; why: string; ms: number; planned: boolean }[];
}

describe('rules that change while people work', () => {
  test('a day off enacted in the afternoon moves the open deadline, and the history says why', async () => {
    await handled();
    const before = (await lead()).handleDueAt!;
    const town = await world.running.store.town();
    const district = world.roster.district.id;
    const tomorrow = dateOf(now() + DAY);
    await world.running.store.enact(
      {
        kind: 'calendars',
        calendars: [
          ...town.calendars,
          { areaId: district, rules: [{ kind: 'closed', from: tomorrow, to: tomorrow, reason: '暴雨停工' }] },
        ],
      },
      { base: town.versions.calendars, at: now(), by: 'admin', note: '防汛指挥部通知' },
    );
    await world.advance('1m');
    const after = (await lead()).handleDueAt!;
    expect(after - before).toBeGreaterThanOrEqual(20 * HOUR);
    const entries = await world.running.store.entries((await world.event()).id);
    expect(entries.at(-1)).toMatchObject({ action: 'retime', by: 'system' });
  });

  test('a catalogue enacted later does not reach what was filed before', async () => {
    await handled();
    const { terms } = await world.event();
    const town = await world.running.store.town();
    const conditions = town.conditions.map((each) => ({ ...each, limit: 1, clock: 'urgent_hour' as const }));
    await world.running.store.enact(
      { kind: 'catalogue', matters: town.matters, conditions },
      { base: town.versions.catalogue, at: now(), by: 'admin', note: '全部提速' },
    );
    await world.advance('2h');
    expect((await lead()).rungs).toEqual([]);
    expect((await world.event()).terms).toEqual(terms);
    await world.says(worker, '红光路3号路灯也不亮');
    await world.taps(worker, 'file');
    const newest = (await world.events()).find(({ terms: each }) => each?.version === town.versions.catalogue + 1);
    expect(newest?.terms).toMatchObject({ limit: 1, clock: 'urgent_hour' });
  });

  test('a process that only listens follows what another one enacts', async () => {
    await world.close();
    world = await openWorld({ env: { ROLES: 'http,stream' } });
    const town = await world.running.store.town();
    const matters = town.matters.map((matter) => ({ ...matter, name: `${matter.name}（新）` }));
    await world.running.store.enact(
      { kind: 'catalogue', matters, conditions: town.conditions },
      { base: town.versions.catalogue, at: now(), by: 'admin', note: '改名' },
    );
    const names = async () => {
      const { body } = await api(worker, '/api/matters');
      return (body as { matters: { name: string }[] }).matters.map(({ name }) => name).join();
    };
    while (!(await names()).includes('（新）')) await new Promise((resolve) => setTimeout(resolve, 100));
    await world.says(worker, '建设路12号路灯不亮');
    expect((await world.events())[0]?.matterId).toBe('M-01037');
  });
});
