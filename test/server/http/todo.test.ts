import { HOUR, MINUTE } from '../../../server/domain/clock';
import { type House, newClientId, openHouse, PIXEL, tinyTown, type Who } from './town';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const report = async (text = '东街路口有垃圾堆', more: object = {}) =>
  (await (await house.as('wang')).post('/api/events', { text, clientId: newClientId(), ...more })).body.event;
const step = async (who: Who, id: string, action: string, body: object = {}) =>
  (await house.as(who)).post(`/api/events/${id}/${action}`, body);
const todo = async (who: Who, query = '') => (await (await house.as(who)).get(`/api/todo${query}`)).body;
const nos = ({ events }: { events: { no: string }[] }) => events.map(({ no }) => no.slice(-1)).join('');

/** Nine events of one unit, each in another state, made so that the order they came in is not the order they are due in. */
async function busyMorning(): Promise<string[]> {
  const ids: string[] = [];
  for (let count = 0; count < 6; count += 1) {
    ids.push((await report('东街路口有垃圾堆', count === 3 ? { text: '有人触电了，垃圾堆旁' } : {})).id);
    house.now += 5 * MINUTE;
  }
  await step('zhao', ids[0]!, 'ack');
  await step('zhao', ids[1]!, 'ack');
  await step('zhao', ids[1]!, 'finish', { note: '已清理干净' });
  await step('zhao', ids[2]!, 'return', { reason: '不属于本单位' });
  await step('zhao', ids[4]!, 'ack');
  await step('zhao', ids[4]!, 'extend', { reason: '等待配件' });
  return ids;
}

describe('the to-do', () => {
  it('holds for everybody just what waits for them, by the same policy as everywhere', async () => {
    await busyMorning();
    let waiting = 0;
    for (const who of ['wang', 'li', 'zhao', 'qin', 'sun', 'chen', 'zhou'] as const) {
      const { body } = await (await house.as(who)).get('/api/events?todo=1');
      const { events, counts } = await todo(who);
      const ids = (list: { id: string }[]) => list.map(({ id }) => id).sort();
      expect(ids(events)).toEqual(ids(body.events));
      expect(counts.all).toBe(events.length);
      waiting += events.length;
    }
    expect(waiting).toBeGreaterThan(6);
  });

  it('is sorted before it is cut: what is due first stands on the first page, however late it came in', async () => {
    await busyMorning();
    const { events, total } = await todo('zhao');
    const due = events.map(({ due, urgent }: { due: { at: number }; urgent: boolean }) => (urgent ? 0 : due.at));
    expect(due).toEqual([...due].sort((a: number, b: number) => a - b));
    // Neither the order they came in nor its reverse would do.
    expect(nos({ events })).not.toBe([...nos({ events })].sort().join(''));
    expect(nos({ events })).not.toBe([...nos({ events })].sort().reverse().join(''));
    const first = await todo('zhao', '?most=2');
    expect(nos(first)).toBe(nos({ events }).slice(0, 2));
    expect(first.total).toBe(total);
  });

  it('is cut by step, and every number says how many rows it opens', async () => {
    await busyMorning();
    for (const who of ['zhao', 'chen', 'qin', 'wang'] as const) {
      const { counts } = await todo(who);
      for (const filter of ['ack', 'handle', 'approve', 'verify', 'dispatch', 'file', 'late'])
        expect((await todo(who, `?filter=${filter}`)).events).toHaveLength(counts[filter]);
    }
    expect((await todo('qin')).counts.approve).toBe(1);
    expect((await todo('chen')).counts.dispatch).toBeGreaterThan(0);
    expect((await (await house.as('zhao')).get('/api/todo?filter=none')).status).toBe(422);
  });

  it('says how much of the time is used, of the clock whose turn it is', async () => {
    const { id } = await report();
    house.now += 30 * MINUTE;
    expect((await todo('zhao')).events[0].due).toMatchObject({ clock: '签收', words: '剩 30 分钟', share: 0.5 });
    await step('zhao', id, 'ack');
    house.now += HOUR;
    const { events } = await todo('zhao');
    expect(events[0].due).toMatchObject({ clock: '办理', share: 0.25, late: false });
    house.now += 6 * HOUR;
    const late = await todo('zhao', '?filter=late');
    expect(late.events[0].due.late).toBe(true);
    expect(late.events[0].due.share).toBeGreaterThan(1);
  });

  it('tells a dispatcher until when to dispatch, and a reporter until when to look', async () => {
    const { id } = await report();
    await step('zhao', id, 'return', { reason: '不属于本单位' });
    house.now += 5 * MINUTE;
    const [row] = (await todo('chen', '?filter=dispatch')).events;
    expect(row.due).toMatchObject({ clock: '派遣', words: '剩 10 分钟', late: false });
    expect(row.due.share).toBeCloseTo(1 / 3);
    const other = await report();
    await step('zhao', other.id, 'ack');
    await step('zhao', other.id, 'finish', { note: '已清理干净' });
    const [mine] = (await todo('wang', '?filter=verify')).events;
    expect(mine.due).toMatchObject({ clock: '核查', share: 0 });
  });

  it('shows the same clock on the page of the event as in the list, though an assisting unit is late meanwhile', async () => {
    const { id } = await report();
    await step('zhao', id, 'assist', { to: '水务局' });
    house.now += 2 * HOUR;
    await step('zhao', id, 'return', { reason: '不属于本单位' });
    house.now += 5 * MINUTE;
    const [row] = (await todo('chen', '?filter=dispatch')).events;
    const seen = async (who: Who) => (await (await house.as(who)).get(`/api/events/${id}`)).body.event;
    const { due, spent } = await seen('chen');
    expect(due).toMatchObject({ clock: '派遣', words: row.due.words, late: false });
    expect(spent.share).toBeCloseTo(row.due.share);
    expect(spent.words).toBe('自 12:00 起限 15 分钟（只计工作时间）');
    expect((await seen('sun')).due).toMatchObject({ clock: '签收', late: true });
  });
});

describe('the place', () => {
  it('is the grid with its neighbours and the point, and nobody else’s business', async () => {
    const { areas } = tinyTown();
    const ring: [number, number][] = [
      [104, 30],
      [104.01, 30],
      [104.01, 30.01],
      [104, 30],
    ];
    const grid = areas.find(({ id }) => id === 'g1')!;
    const near = { ...grid, id: 'g3', path: `${grid.path.replace(/g1$/, 'g3')}`, name: '红光第二网格', polygon: ring };
    await house.store.saveTown({ areas: [{ ...grid, polygon: ring }, near] });
    await house.refresh();
    const { id } = await report('东街路口有垃圾堆', {
      gridId: 'g1',
      place: { text: '路口', lng: 104.005, lat: 30.002 },
    });
    const { body } = await (await house.as('zhao')).get(`/api/events/${id}/place`);
    expect(body).toEqual({
      point: [104.005, 30.002],
      grid: { id: 'g1', name: '红光第一网格', ring },
      around: [{ id: 'g3', name: '红光第二网格', ring }],
    });
    expect((await (await house.as('li')).get(`/api/events/${id}/place`)).status).toBe(404);
  });
});

describe('an event’s page', () => {
  it('says in one line why its deadline is this one, and how much is used', async () => {
    const { id } = await report();
    await step('zhao', id, 'ack');
    house.now += HOUR;
    const { event } = (await (await house.as('zhao')).get(`/api/events/${id}`)).body;
    expect(event.spent).toEqual({ share: 0.25, words: '自 10:00 起限 4 工作时，到 11:00 已用 1 小时' });
  });

  it('shows whoever assists their own clock, and everybody else that of the lead', async () => {
    const { id } = await report();
    await step('zhao', id, 'assist', { to: 'dept-02' });
    await step('sun', id, 'ack');
    house.now += HOUR;
    const dueFor = async (who: Who) => (await (await house.as(who)).get(`/api/events/${id}`)).body.event.due.clock;
    expect([await dueFor('sun'), await dueFor('zhao'), await dueFor('wang')]).toEqual(['办理', '签收', '签收']);
    expect((await todo('sun')).events[0]).toMatchObject({ assists: true, unit: '水务局', due: { clock: '办理' } });
  });

  it('offers the closing criterion as words, and the usual reasons', async () => {
    const { id } = await report();
    await step('zhao', id, 'ack');
    const { event } = (await (await house.as('zhao')).get(`/api/events/${id}`)).body;
    const phrases = (action: string) =>
      event.actions.find((offer: { action: string }) => offer.action === action).fields.slice(-1)[0].phrases;
    expect(phrases('finish')[0]).toBe('已清理干净');
    expect(phrases('return')).toContain('不属本单位职责');
  });

  it('says what asking for time brings before it is asked', async () => {
    const { id } = await report();
    await step('zhao', id, 'ack');
    const says = async (action: string) => {
      const { event } = (await (await house.as('zhao')).get(`/api/events/${id}`)).body;
      return event.actions.find((offer: { action: string }) => offer.action === action).confirm;
    };
    expect(await says('extend')).toBe('批准后延长 4 小时，须在到期前批准；每件最多 2 次。');
    await step('zhao', id, 'extend', { reason: '等待配件' });
    await step('qin', id, 'approve');
    await step('chen', id, 'approve');
    expect(await says('extend')).toBe('批准后延长 4 小时，须在到期前批准；每件最多 2 次，已延 1 次。');
    expect(await says('suspend')).toMatch(/^挂账期间暂停计时，到期自动恢复，最长 \d+ 天。$/);
  });

  it('keeps photos of before and after apart when a step brings both, and says which line brought them', async () => {
    const zhao = await house.as('zhao');
    const { id } = await report();
    await step('zhao', id, 'ack');
    const [before, after] = [await zhao.send(PIXEL), await zhao.send(PIXEL)];
    const { body } = await step('zhao', id, 'finish', {
      ...{ note: '已清理干净', before: [before.body.id], photos: [after.body.id] },
    });
    expect(body.event.photos.map(({ phase }: { phase: string }) => phase)).toEqual(['report', 'finish']);
    const line = body.event.timeline[body.event.timeline.length - 1];
    expect(line.photos).toEqual(body.event.photos.map((photo: { id: string }) => photo.id));
  });
});
