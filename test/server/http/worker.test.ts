import { DAY, HOUR, instant } from '../../../server/domain/clock';
import { type Browser, type House, newClientId, openHouse, PIXEL } from './town';

let house: House;
let wang: Browser;
beforeEach(async () => {
  house = await openHouse();
  const square = (west: number): [number, number][] =>
    [
      [0, 0],
      [0.01, 0],
      [0.01, 0.01],
      [0, 0.01],
      [0, 0],
    ].map(([x, y]) => [104 + west + x!, 30.5 + y!]);
  const { areas } = await house.store.town();
  const drawn = { g1: square(0), g2: square(0.01) } as Record<string, [number, number][]>;
  await house.store.saveTown({ areas: areas.map((area) => ({ ...area, polygon: drawn[area.id] ?? null })) });
  await house.refresh();
  wang = await house.as('wang');
});
afterEach(() => house.close());

const HERE = { text: '东街 3 号', lng: 104.002, lat: 30.505 };
/** One degree of latitude is 111 km. */
const north = (metres: number) => ({ ...HERE, lat: HERE.lat + metres / 111_320 });

const send = (who: Browser, body: object) => who.post('/api/events', { clientId: newClientId(), ...body });
const reported = async (who: Browser, body: object = {}) =>
  (await send(who, { text: '路口有垃圾堆', place: HERE, ...body })).body.event;
const photo = async (who: Browser) => (await who.send(PIXEL)).body.id as string;
const upload = (who: Browser, query: string) =>
  fetch(`${house.url}/api/photos?${query}`, {
    method: 'POST',
    body: new Uint8Array(PIXEL),
    headers: { 'Content-Type': 'image/png', Cookie: who.cookie, Origin: house.url },
  });
const hints = async (who: Browser, body: object) => (await who.post('/api/report/hints', body)).body;

describe('a report with a point', () => {
  it('happened in the grid that holds it, whatever grid its reporter works in', async () => {
    const there = { text: '', lng: 104.015, lat: 30.505 };
    expect((await reported(wang, { place: there })).area).toBe('西街街道 青年第一网格');
    expect((await reported(wang)).area).toBe('东街街道 红光第一网格');
    // Beyond every grid, and by the person's own choice.
    expect((await reported(wang, { place: { text: '', lng: 100, lat: 30 } })).area).toBe('东街街道 红光第一网格');
    expect((await reported(wang, { gridId: 'g2' })).area).toBe('西街街道 青年第一网格');
  });
});

describe('where it will be, said before it is sent', () => {
  it('is the grid under the point; a point beyond every grid is told, and the words or the own grid count', async () => {
    const at = async (body: object) => {
      const { area, outside } = await hints(wang, body);
      return [area.name, outside];
    };
    expect(await at({ lng: 104.015, lat: 30.505 })).toEqual(['西街街道 青年第一网格', false]);
    expect(await at({ lng: 100, lat: 30 })).toEqual(['东街街道 红光第一网格', true]);
    expect(await at({ lng: 100, lat: 30, text: '青年社区门口积水' })).toEqual(['西街街道 青年社区', true]);
    expect(await at({ text: '红光社区门口积水' })).toEqual(['东街街道 红光第一网格', false]);
    // A town whose grids are not drawn yet has no outside.
    const { areas } = await house.store.town();
    await house.store.saveTown({ areas: areas.map((area) => ({ ...area, polygon: null })) });
    await house.refresh();
    expect(await at({ lng: 100, lat: 30 })).toEqual(['东街街道 红光第一网格', false]);
  });
});

describe('自办自结 in one form', () => {
  it('is closed at once with both photos, and no unit is troubled', async () => {
    const closed = { note: '已清理干净', photos: [await photo(wang)] };
    const { body } = await send(wang, { text: '路口有垃圾堆', photos: [await photo(wang)], closed });
    expect(body.event).toMatchObject({ no: '20261123-0001', stage: 'closed', tasks: [], closing: '清理干净' });
    expect(body.event.photos.map(({ phase }: { phase: string }) => phase)).toEqual(['report', 'finish']);
  });

  it('acts once however often it is sent, and is not opened or added to by that', async () => {
    const clientId = newClientId();
    const body = { text: '路口有垃圾堆', photos: [await photo(wang)], closed: { note: '已清理干净' }, clientId };
    const [first, second] = [await send(wang, body), await send(wang, body)];
    expect([second.status, second.body.event.stage, second.body.repeated]).toEqual([200, 'closed', true]);
    expect(second.body.event.timeline).toEqual(first.body.event.timeline);
  });

  it('without the photo that its matter asks for is refused each time, and leaves nothing to be handled', async () => {
    const body = { text: '路口有垃圾堆', closed: { note: '已清理干净' }, clientId: newClientId() };
    const [first, second] = [await send(wang, body), await send(wang, body)];
    expect([first.body.code, second.status]).toEqual(['needs_photo', 409]);
    const [left] = (await wang.get('/api/events?mine=1')).body.events;
    expect([left.stage, left.no]).toEqual(['withdrawn', null]);
  });

  it('does not keep danger to life from those who handle it: they hear what was done', async () => {
    const body = { text: '有人掉进井里了', closed: { note: '已拉警戒线' }, clientId: newClientId() };
    const answers = [await send(wang, body), await send(wang, body)];
    const { event } = answers[1]!.body;
    expect(['filed', 'dispatched']).toContain(event.stage);
    expect(
      event.timeline.filter(({ text }: { text: string }) => text.includes('现场已先处理：已拉警戒线')),
    ).toHaveLength(1);
  });
});

describe('a photo', () => {
  it('sent again under the same client id is the same photo; another person’s is another', async () => {
    const query = `clientId=${newClientId()}&takenAt=${house.now - HOUR}`;
    const ids = [wang, wang, await house.as('li')].map(async (who) => (await (await upload(who, query)).json()).id);
    const [first, second, other] = await Promise.all(ids);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it('keeps when and where it was taken, beside the event it came with', async () => {
    const taken = north(120);
    const query = `clientId=${newClientId()}&takenAt=${house.now - HOUR}&lng=${taken.lng}&lat=${taken.lat}`;
    const { id } = await (await upload(wang, query)).json();
    const event = await reported(wang, { photos: [id] });
    expect(event.photos[0].taken).toBe('拍摄于 09:00，距上报位置约 120 米');
    expect((await house.store.media([event.photos[0].id]))[0]?.taken).toEqual({
      ...{ at: house.now - HOUR, lng: taken.lng, lat: taken.lat },
    });
  });

  it.each([
    ['says nothing of itself', ''],
    ['comes from tomorrow', `takenAt=${instant('2026-11-26', '00:00')}`],
    ['tells half a place', 'lng=104'],
  ])('that %s is taken without', async (_, query) => {
    const { id } = await (await upload(wang, query)).json();
    expect((await reported(wang, { photos: [id] })).photos[0].taken).toBeNull();
  });
});

describe('while somebody fills in the form', () => {
  it('tells the grid, the matter by its words, and what to do first when somebody is in danger', async () => {
    expect(await hints(wang, { text: '路口有垃圾堆', lng: 104.015, lat: 30.505 })).toEqual({
      area: { id: 'g2', name: '西街街道 青年第一网格', grid: true },
      outside: false,
      suggested: [{ id: 'M-LITTER', words: expect.arrayContaining(['垃圾堆']) }],
      ...{ urgent: false, advice: '', near: [] },
    });
    const danger = await hints(wang, { text: '有人掉进井里了' });
    expect([danger.urgent, danger.advice]).toEqual([true, expect.stringMatching(/1[12]\d/)]);
    expect(danger.area.id).toBe('g1');
  });

  it('offers the matters that this person reports most, and every other behind them; none that is retired', async () => {
    await reported(wang, { matterId: 'M-OTHER' });
    const { body } = await wang.get('/api/report');
    expect(body.habit).toEqual(['M-OTHER', 'M-LITTER']);
    expect(body.matters.map(({ id }: { id: string }) => id)).toEqual(['M-LITTER', 'M-OTHER']);
    expect(body.area).toBe('东街街道 红光第一网格');
  });

  it('asks of what is near and going on: the same matter within 200 m, anything at the very spot', async () => {
    const { id } = await reported(wang);
    const zhou = await house.as('zhou');
    const near = async (metres: number, more: object = {}) =>
      (await hints(zhou, { ...north(metres), text: '', ...more })).near.map((each: { id: string }) => each.id);
    const same = { matterId: 'M-LITTER' };
    expect(await near(30)).toEqual([id]);
    expect(await near(80)).toEqual([]);
    expect(await near(180, same)).toEqual([id]);
    expect(await near(230, same)).toEqual([]);
    expect(await near(30, { matterId: 'M-OTHER' })).toEqual([]);
    expect((await hints(zhou, { ...north(30), text: '' })).near[0]).toMatchObject({
      ...{ no: '20261123-0001', matter: '暴露垃圾', distance: '约 30 米', stageText: '待签收', mine: false },
    });
    expect((await hints(wang, { ...HERE, text: '' })).near[0].mine).toBe(true);
    await wang.post(`/api/events/${id}/withdraw`, { reason: '报错了' });
    expect(await near(30)).toEqual([]);
  });

  it('without a point it asks of the same matter in the same grid, this week', async () => {
    const { id } = await reported(wang, { place: undefined });
    const near = async () => (await hints(wang, { text: '有垃圾' })).near;
    expect(await near()).toMatchObject([{ id, distance: '' }]);
    house.now += 8 * DAY;
    wang = await house.as('wang');
    expect(await near()).toEqual([]);
  });

  it('never speaks of what this person may not see', async () => {
    await reported(wang);
    expect((await hints(await house.as('li'), { ...HERE, text: '垃圾堆', matterId: 'M-LITTER' })).near).toEqual([]);
  });
});

describe('joining', () => {
  it('makes no second event; the joiner finds it among theirs, adds to it, and hears how it ends', async () => {
    const { id } = await reported(wang);
    const zhou = await house.as('zhou');
    const body = { note: '味道很大', photos: [await photo(zhou)], clientId: newClientId() };
    const [first, again] = [
      await zhou.post(`/api/events/${id}/join`, body),
      await zhou.post(`/api/events/${id}/join`, body),
    ];
    expect([first.status, again.body.repeated]).toEqual([200, true]);
    expect(first.body.event).toMatchObject({ joined: true, followers: 1, photos: [{ phase: 'report' }] });
    expect(first.body.event.timeline.at(-1)).toMatchObject({ who: '周正', text: '也看到了这件事：味道很大（附件 1）' });
    expect(first.body.event.actions.map(({ action }: { action: string }) => action)).toContain('add');
    expect(await house.store.eventIds(null, 9)).toHaveLength(1);
    expect((await zhou.get('/api/events?mine=1')).body.events).toMatchObject([{ id, joined: true }]);

    const zhao = await house.as('zhao');
    await zhao.post(`/api/events/${id}/ack`);
    await zhao.post(`/api/events/${id}/finish`, { note: '已清理干净', photos: [await photo(zhao)] });
    await wang.post(`/api/events/${id}/pass`);
    const told = await house.store.claimNotices(house.now + DAY, HOUR, 100);
    const cards = told.flatMap(({ notice }) =>
      notice.kind === 'card' && notice.card === 'draft' ? notice.userId : [],
    );
    expect(cards.filter((userId) => userId === 'zhou')).toHaveLength(1);

    const late = await (await house.as('chen')).post(`/api/events/${id}/join`, { note: '我也看到了' });
    expect([late.status, late.body.code]).toEqual([409, 'join_late']);
  });

  it('that was refused is said to be refused when it is sent again, and not to be gone', async () => {
    const { id } = await reported(wang);
    await wang.post(`/api/events/${id}/withdraw`, { reason: '报错了' });
    const body = { note: '我也看到了', clientId: newClientId() };
    const chen = await house.as('chen');
    const answers = [await chen.post(`/api/events/${id}/join`, body), await chen.post(`/api/events/${id}/join`, body)];
    expect(answers.map(({ body: { code } }) => code)).toEqual(['join_late', 'refused_before']);
  });

  it('is not for those who may not see it, and looks as if it were not there', async () => {
    const { id } = await reported(wang);
    const li = await house.as('li');
    const answers = [await li.post(`/api/events/${id}/join`, {}), await li.post('/api/events/none/join', {})];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(answers[0]!.body).toEqual(answers[1]!.body);
  });
});

describe('my month', () => {
  it('counts what I reported and joined; nobody can ask for another’s', async () => {
    const { id } = await reported(wang);
    await send(wang, { text: '路口有垃圾堆', photos: [await photo(wang)], closed: { note: '已清理干净' } });
    const mistaken = await reported(wang);
    await wang.post(`/api/events/${mistaken.id}/withdraw`, { reason: '报错了' });
    const chen = await house.as('chen');
    await chen.post(`/api/events/${id}/join`, {});
    const month = '2026-11';
    const counts = async (who: Browser, query = '') => (await who.get(`/api/month${query}`)).body;
    expect(await counts(wang)).toEqual({ month, reported: 3, valid: 2, closed: 1, joined: 0, rewards: [] });
    expect(await counts(chen, '?userId=wang')).toEqual({
      ...{ month, reported: 0, valid: 0, closed: 0, joined: 1, rewards: [] },
    });
    expect((await wang.get('/api/month?month=2026-10')).body.reported).toBe(0);
    expect((await wang.get('/api/month?month=2026-13')).status).toBe(422);
    expect((await house.nobody.get('/api/month')).status).toBe(401);
  });

  it('tells me of a reward, until it is taken back', async () => {
    const body = { text: '路口有垃圾堆', photos: [await photo(wang)], closed: { note: '已清理干净' } };
    const { id, no } = (await send(wang, body)).body.event;
    const zhou = await house.as('zhou');
    const offer = (await zhou.get(`/api/events/${id}`)).body.event.actions.find(
      ({ action }: { action: string }) => action === 'reward',
    );
    expect(offer).toMatchObject({ label: '记奖励', fields: [{ label: '给报告人的奖励', required: true }] });
    expect((await wang.post(`/api/events/${id}/reward`, { note: '话费 10 元' })).status).toBe(409);
    expect((await zhou.post(`/api/events/${id}/reward`, { note: '话费 10 元' })).status).toBe(200);
    const rewards = async (who: Browser) => (await who.get('/api/month')).body.rewards;
    expect(await rewards(wang)).toEqual([{ eventId: id, no, matter: '暴露垃圾', note: '话费 10 元', time: '10:00' }]);
    expect(await rewards(zhou)).toEqual([]);
    expect((await wang.get(`/api/events/${id}`)).body.event.timeline.at(-1).text).toBe('记奖励：话费 10 元');
    expect((await zhou.post(`/api/events/${id}/unreward`, { reason: '记错了事件' })).status).toBe(200);
    expect(await rewards(wang)).toEqual([]);
  });
});
