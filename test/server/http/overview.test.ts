import { DAY } from '../../../server/domain/clock';
import { type Browser, type House, newClientId, openHouse, type Who } from './town';

/** 今日, 逾期墙, 地图 over HTTP: each number is the number of rows behind it, and nobody learns what they may not see. */

let house: House;

beforeAll(async () => {
  house = await openHouse();
  const { areas } = await house.store.town();
  const square: [number, number][] = [
    [104, 30],
    [104.005, 30.0000001],
    [104.01, 30],
    [104.01, 30.01],
    [104, 30.01],
    [104, 30],
  ];
  await house.store.saveTown({
    areas: areas.map((area) => ({ ...area, polygon: area.kind === 'grid' || area.kind === 'street' ? square : null })),
    posts: [
      { id: 'chief', userId: 'sun', role: 'leader', unitId: 'u-s1', areaId: 's1' },
      { id: 'qin-leader', userId: 'qin', role: 'leader', unitId: 'dept-01', areaId: null },
    ],
  });
  await house.refresh();
  const [wang, li] = [await house.as('wang'), await house.as('li')];
  const place = { text: '东街路口', lng: 104.0012345, lat: 30.002 };
  await report(wang, { text: '垃圾堆', matterId: 'M-LITTER', gridId: 'g1', place });
  await report(li, { text: '青年路垃圾', matterId: 'M-LITTER', gridId: 'g2' });
  await report(li, { text: '别的事', matterId: 'M-OTHER', gridId: 'g2' });
  house.now += 3 * DAY;
  await report(await house.as('wang'), { text: '又有垃圾', matterId: 'M-LITTER', gridId: 'g1' });
});
afterAll(() => house.close());

async function report(who: Browser, body: object) {
  const answer = await who.post('/api/events', { ...body, clientId: newClientId() });
  expect(answer.status).toBe(200);
  return answer.body.event;
}

const WHATS = ['open', 'urgent', 'due', 'warned', 'late'] as const;
const CLIMBS = ['blue', 'yellow', 'red', 'accountability'] as const;

/** How many rows stand behind one number, walked to the last page, and the count the page shows above them. */
async function rows(who: Browser, search: string): Promise<{ count: number; walked: number; title: string }> {
  let walked = 0;
  for (let cursor = ''; ; ) {
    const { status, body } = await who.get(`/api/overview/events?${search}${cursor && `&cursor=${cursor}`}`);
    expect(status).toBe(200);
    walked += body.events.length;
    if (!body.cursor) return { count: body.count, walked, title: body.title };
    cursor = body.cursor;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a line of the answer, which the contract has checked
async function holds(who: Browser, line: any, where = '') {
  for (const what of WHATS)
    expect(await rows(who, `what=${what}${where}`)).toMatchObject({ count: line[what], walked: line[what] });
  for (const climb of CLIMBS) expect((await rows(who, `what=late&climb=${climb}${where}`)).count).toBe(line[climb]);
}

test('every number of 今日 opens as many rows as it says', async () => {
  const zhou = await house.as('zhou');
  const { body } = await zhou.get('/api/overview');
  expect(body).toMatchObject({ scope: '望江区', areaKind: '街道', total: { open: 4, late: 2 } });
  await holds(zhou, body.total);
  for (const area of body.areas) await holds(zhou, area, `&area=${area.id}${area.only ? '&only=1' : ''}`);
  for (const unit of body.units) await holds(zhou, unit, `&unit=${unit.id}`);
  expect(body.areas.map(({ name }: { name: string }) => name).sort()).toEqual(['东街街道', '西街街道']);
  expect(body.units).toMatchObject([{ name: '城管局', open: 3, late: 2 }]);
  expect(body.trend).toHaveLength(30);
  for (const { day, ...counts } of body.trend.slice(-5))
    for (const what of ['reported', 'closed', 'overdue'] as const)
      expect((await rows(zhou, `what=${what}&day=${day}`)).count).toBe(counts[what]);
  expect(body.trend.at(-4)).toMatchObject({ reported: 3 });
});

test('the rows say what they are, page by page', async () => {
  const zhou = await house.as('zhou');
  expect((await rows(zhou, 'what=late&climb=red&area=s1&unit=dept-01')).title).toBe(
    '已超期 · 红牌督办 · 东街街道 · 城管局',
  );
  expect((await rows(zhou, 'what=reported&day=2026-11-23')).title).toBe('11月23日 · 上报');
  expect((await zhou.get('/api/overview/events?what=open&area=nowhere')).status).toBe(422);
  expect((await zhou.get('/api/overview/events?what=everything')).status).toBe(422);
});

test('what changes is counted at once', async () => {
  const [zhou, wang] = [await house.as('zhou'), await house.as('wang')];
  const before = (await zhou.get('/api/overview')).body.total.open;
  const { id } = await report(wang, { text: '马上撤回', matterId: 'M-LITTER', gridId: 'g1' });
  expect((await zhou.get('/api/overview')).body.total.open).toBe(before + 1);
  await wang.post(`/api/events/${id}/withdraw`, { reason: '看错了' });
  expect((await zhou.get('/api/overview')).body.total.open).toBe(before);
});

test('each sees their own part: a street, a department; those who oversee nothing are refused', async () => {
  const [sun, qin, wang] = [await house.as('sun'), await house.as('qin'), await house.as('wang')];
  const street = (await sun.get('/api/overview')).body;
  expect(street).toMatchObject({ scope: '东街街道', areaKind: '社区', total: { open: 2 } });
  expect(street.areas).toMatchObject([{ id: 'c1', open: 2 }]);
  await holds(sun, street.total);
  expect((await rows(sun, 'what=open&area=s2')).count).toBe(0);
  const department = (await qin.get('/api/overview')).body;
  expect(department).toMatchObject({ scope: '城管局', total: { open: 3 } });
  await holds(qin, department.total);
  const paths = ['overview', 'overview/events?what=open', 'wall', 'map/events?days=7', 'map/grids/g1'];
  for (const path of paths) {
    expect((await wang.get(`/api/${path}`)).status).toBe(403);
    expect((await house.nobody.get(`/api/${path}`)).status).toBe(401);
  }
});

test('the wall groups by unit, says how late in words, and offers only levels that would be taken', async () => {
  const zhou = await house.as('zhou');
  const { body } = await zhou.get('/api/wall');
  expect(body.total.late).toBe(2);
  expect(body.units).toHaveLength(1);
  const [unit] = body.units;
  expect(unit).toMatchObject({ id: 'dept-01', name: '城管局', late: 2 });
  const [first] = unit.events;
  expect(first).toMatchObject({ climb: 'blue', climbText: '普通督办', levels: ['blue', 'yellow', 'red'] });
  expect(first.dueWords).toMatch(/^签收已超 \d+ 天/);
  expect(first.people).toContainEqual({ userId: 'zhao', name: '赵敏' });
  const said = await zhou.post(`/api/events/${first.id}/supervise`, { level: 'yellow', reason: '请立即处理' });
  expect(said.status).toBe(200);
  const again = (await zhou.get('/api/wall')).body.units[0].events.find(({ id }: { id: string }) => id === first.id);
  // The ladder had climbed to red by then, which nobody had looked at; by hand it stands at yellow.
  expect(again).toMatchObject({ climb: 'red', levels: ['red'] });
  // A department's leader is told of its lateness and does not supervise it.
  const own = (await (await house.as('qin')).get('/api/wall')).body;
  expect(own.units[0].events.every(({ levels }: { levels: string[] }) => levels.length === 0)).toBe(true);
});

test('the outlines come once, light, and are not sent again while the town stays as it is', async () => {
  const zhou = await house.as('zhou');
  const { headers, body } = await zhou.get('/api/map/grids');
  expect(body.features.map(({ id }: { id: string }) => id).sort()).toEqual(['g1', 'g2', 's1', 's2']);
  // The corner that stands on the line is gone; the ring is closed.
  expect(body.features[0].geometry.coordinates[0]).toHaveLength(5);
  const etag = headers.get('etag')!;
  expect((await zhou.get('/api/map/grids', { 'If-None-Match': etag })).status).toBe(304);
  // Whoever reports points at the same map; who has no post in the town sees none of it.
  expect((await (await house.as('wang')).get('/api/map/grids')).status).toBe(200);
  expect((await house.nobody.get('/api/map/grids')).status).toBe(401);
  const { areas } = await house.store.town();
  await house.store.saveTown({
    areas: areas.filter(({ id }) => id === 'g1').map((area) => ({ ...area, name: '改名网格' })),
  });
  await house.refresh();
  const changed = await zhou.get('/api/map/grids', { 'If-None-Match': etag });
  expect([changed.status, changed.headers.get('etag') === etag]).toEqual([200, false]);
});

test('events without coordinates count in their grid; days are days of China', async () => {
  const zhou = await house.as('zhou');
  const week = (await zhou.get('/api/map/events?days=7')).body;
  expect(week).toMatchObject({ count: 4, late: 2, elsewhere: 0, grids: { g1: 2, g2: 2 } });
  expect(week.points).toEqual([[104.00123, 30.002, 1]]);
  expect((await zhou.get('/api/map/events?days=1')).body).toMatchObject({ count: 1, grids: { g1: 1 } });
  const street = (await (await house.as('sun')).get('/api/map/events?days=30')).body;
  expect(street.grids).toEqual({ g1: 2 });
});

test('the map begins at what one oversees, and at the whole town for those who oversee it', async () => {
  const home = async (who: Who) => (await (await house.as(who)).get('/api/map/events?days=7')).body.home;
  const { areas } = await house.store.town();
  const corners = areas.filter(({ id }) => id === 's1' || id === 'g1').flatMap(({ polygon }) => polygon!);
  const lngs = corners.map(([lng]) => lng);
  const lats = corners.map(([, lat]) => lat);
  expect(await home('sun')).toEqual([Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)]);
  expect(await home('zhou')).toBeNull();
  // A community whose grids are not drawn.
  await house.store.saveTown({ areas: areas.map((area) => ({ ...area, polygon: null })) });
  await house.refresh();
  expect(await home('sun')).toBeNull();
  await house.store.saveTown({ areas });
  await house.refresh();
});

test('a grid shows its people by name and post, never their numbers, and the events that the asker may see', async () => {
  const zhou = await house.as('zhou');
  const { body } = await zhou.get('/api/map/grids/g2');
  expect(body).toMatchObject({ name: '青年第一网格', within: '望江区 · 西街街道 · 青年社区', open: 2, late: 1 });
  expect(body.people).toEqual([{ name: '李强', post: '本网格网格员' }]);
  expect((await (await house.as('sun')).get('/api/map/grids/g2')).body).toMatchObject({ open: 0, events: [] });
  expect((await zhou.get('/api/map/grids/c1')).status).toBe(422);
  for (const path of ['overview', 'wall', 'map/grids/g2', 'overview/events?what=late'])
    expect(JSON.stringify((await zhou.get(`/api/${path}`)).body)).not.toContain('13800138000');
});

test('what stands on the map at one place is opened there, by those who may see it', async () => {
  const [[lng, lat]] = (await (await house.as('zhou')).get('/api/map/events?days=7')).body.points;
  const at = (west: number, east: number, days = 7) =>
    `/api/map/here?days=${days}&west=${west}&east=${east}&south=${lat}&north=${lat}`;
  const here = async (who: Who, path: string) => (await (await house.as(who)).get(path)).body;
  // A point is rounded to a metre, and is found all the same.
  const { events, more } = await here('zhou', at(lng, lng));
  expect([events.length, more, events[0].due.late]).toEqual([1, false, true]);
  expect((await here('zhou', at(lng + 0.0001, lng + 0.0002))).events).toEqual([]);
  expect((await here('zhou', at(lng, lng, 1))).events).toEqual([]);
  // Whoever oversees other grids, or none, learns nothing of it.
  await house.store.saveTown({
    posts: [{ id: 'li-leader', userId: 'li', role: 'leader', unitId: 'u-c2', areaId: 'c2' }],
  });
  await house.refresh();
  expect((await here('li', at(lng, lng))).events).toEqual([]);
  expect((await (await house.as('wang')).get(at(lng, lng))).status).toBe(403);
  expect((await (await house.as('zhou')).get('/api/map/here?days=7&west=200&east=1&south=1&north=1')).status).toBe(422);
});
