import { sheets } from '../../../server/adapters/xlsx';
import type { Cell } from '../../../server/domain/tables';
import { type Answered, type Browser, type House, newClientId, openHouse, type Who } from './town';

/** The town is set up by administrators alone: looked at first, changed when accepted, in force with the answer. */

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

let house: House;
let admin: Browser;
beforeEach(async () => {
  house = await openHouse();
  const post = { id: 'sun-admin', userId: 'sun', role: 'admin' as const, unitId: 'centre', areaId: 'd' };
  await house.store.saveTown({ posts: [post] });
  await house.refresh();
  admin = await house.as('sun');
});
afterEach(() => house.close());

const HEAD = ['姓名', '钉钉 userId', '单位', '岗位', '区域'];
const table = (rows: Cell[][], head = HEAD) => sheets.write('人员', [head, ...rows], []);

async function upload(who: Browser, path: string, bytes: Buffer, type = XLSX): Promise<Answered> {
  const response = await fetch(house.url + path, {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: { Cookie: who.cookie, Origin: house.url, 'Content-Type': type },
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function everything(): Promise<string> {
  const { people, posts, units, areas } = await house.store.town();
  return JSON.stringify([people, posts, units, areas]);
}

const NEWCOMER = ['新人', 'new-1', '红光社区居委会', '网格员', '红光第一网格'];

test('a table of people is looked at first; bad rows are listed and nothing changes until it is accepted', async () => {
  const before = await everything();
  const bytes = await table([NEWCOMER, ['某某', 'x', '没有的局', '经办', '']]);
  const { status, body: seen } = await upload(admin, '/api/admin/people/preview', bytes);
  expect(status).toBe(200);
  expect(seen).toMatchObject({
    ...{ rows: 2, faulty: 1, acceptable: true, added: { count: 1 } },
    faults: { count: 1, first: [{ row: 3, column: '单位', value: '没有的局' }] },
  });
  const accept = { sha: seen.sha, base: seen.base };
  const refused = await admin.post('/api/admin/people/accept', accept);
  expect([refused.status, refused.body.code]).toEqual([409, 'register_faulty']);
  expect(await everything()).toBe(before);
  const done = await admin.post('/api/admin/people/accept', { ...accept, skipFaulty: 1 });
  expect([done.status, done.body]).toEqual([200, { ok: true }]);
  const { body } = await admin.get('/api/admin/people?q=新人');
  expect(body).toMatchObject({ count: 1, people: [{ userId: 'new-1', posts: [{ area: '红光第一网格' }] }] });
  const again = await admin.post('/api/admin/people/accept', { ...accept, skipFaulty: 1 });
  expect([again.status, again.body.code]).toEqual([409, 'register_stale']);
});

test('a newcomer works and a mover loses the old post with the answer', async () => {
  const moved = ['王芳', 'wang', '青年社区居委会', '网格员', '青年第一网格'];
  const wang = await house.as('wang');
  const { body: seen } = await upload(admin, '/api/admin/people/preview', await table([moved]));
  await admin.post('/api/admin/people/accept', { sha: seen.sha, base: seen.base });
  expect((await wang.get('/api/me')).body.code).toBe('moved');
  const { body } = await (await house.as('wang')).get('/api/me');
  expect(body.posts).toEqual([expect.objectContaining({ area: '青年第一网格' })]);
});

test('who is stopped loses access at once, and comes back with their posts', async () => {
  const wang = await house.as('wang');
  expect((await wang.get('/api/me')).status).toBe(200);
  const { body } = await admin.post('/api/admin/people/wang/active', { active: false });
  expect(body.person).toMatchObject({ userId: 'wang', active: false, posts: [{ role: 'worker' }] });
  expect((await wang.get('/api/me')).status).toBe(403);
  expect((await house.nobody.post('/api/login', { code: 'code-wang' })).status).toBe(403);
  expect((await admin.get('/api/admin/people?state=gone&q=王')).body.count).toBe(1);
  await admin.post('/api/admin/people/wang/active', { active: true });
  expect((await house.as('wang')).cookie).not.toBe('');
  expect((await admin.post('/api/admin/people/nobody/active', { active: false })).status).toBe(404);
});

test('one person is added and changed by a form, under the rules of the table; it counts at once and is logged', async () => {
  const put = (userId: string, body: object) => admin.post(`/api/admin/people/${userId}/posts`, body);
  const worker = { role: 'worker', unit: '红光社区居委会', area: '红光第一网格' };
  const added = await put('new-1', { name: '新人', mobile: '13900139000', fresh: true, posts: [worker] });
  expect([added.status, added.body.person.posts]).toEqual([200, [expect.objectContaining({ area: '红光第一网格' })]]);
  expect((await house.store.town()).people.find(({ userId }) => userId === 'new-1')?.mobile).toBe('13900139000');
  const { body: form } = await admin.get('/api/admin/people/new-1/posts');
  expect(form).toEqual({ userId: 'new-1', name: '新人', mobileTail: '9000', posts: [worker] });

  const wang = await house.as('wang');
  const handler = { role: 'handler', unit: '青年社区居委会', area: '' };
  expect(
    (await put('wang', { name: '王芳', posts: [handler, { role: 'dispatcher', unit: '', area: 'd' }] })).status,
  ).toBe(200);
  expect((await wang.get('/api/me')).body.code).toBe('moved');
  expect((await (await house.as('wang')).get('/api/me')).body.roles.sort()).toEqual(['dispatcher', 'handler']);
  const [log] = (await admin.get('/api/audit')).body.entries;
  expect([log.who, log.text]).toEqual(['孙亮', expect.stringMatching(/^修改 王芳（wang）：.*经办（青年社区居委会）/)]);
  // No telephone number, nor a part of one.
  expect(JSON.stringify(await house.store.records({ limit: 9 }))).not.toMatch(/9000|8000/);

  const before = await everything();
  for (const [userId, body, status, words] of [
    ['wang', { name: '王芳', fresh: true, posts: [worker] }, 409, '已经是 王芳'],
    ['new-2', { name: '', posts: [worker] }, 422, '请写姓名'],
    ['new 2', { name: '某', posts: [worker] }, 422, '钉钉管理后台复制'],
    ['new-2', { name: '某', posts: [{ ...worker, area: '' }] }, 422, '网格员要写负责的网格'],
    [
      'new-2',
      { name: '某', posts: [worker, { ...handler, unit: '没有的局' }] },
      422,
      '第 2 个岗位：没有单位“没有的局”',
    ],
    ['new-2', { name: '某', posts: [worker, worker] }, 422, '第 2 个岗位：与上面一行重复'],
    ['new-2', { name: '某', posts: [] }, 422, ''],
    ['sun', { name: '孙亮', posts: [handler] }, 409, '让您自己失去管理员岗位'],
  ] as const) {
    const refused = await put(encodeURIComponent(userId), body);
    expect([refused.status, refused.body.detail]).toEqual([status, expect.stringContaining(words)]);
  }
  expect(await everything()).toBe(before);
  expect(
    (await (await house.as('zhao')).post('/api/admin/people/new-2/posts', { name: '某', posts: [worker] })).status,
  ).toBe(403);
  expect((await (await house.as('zhao')).get('/api/admin/people/wang/posts')).status).toBe(403);
});

test('an administrator cannot lock themselves out, by a tap or by a table', async () => {
  const before = await everything();
  const tap = await admin.post('/api/admin/people/sun/active', { active: false });
  expect([tap.status, tap.body.code]).toEqual([409, 'register_locked_out']);
  const bytes = await table([['孙亮', 'sun', '水务局', '经办', '']]);
  const { body: seen } = await upload(admin, '/api/admin/people/preview', bytes);
  const { body } = await admin.post('/api/admin/people/accept', { sha: seen.sha, base: seen.base });
  expect(body.code).toBe('register_locked_out');
  expect(await everything()).toBe(before);
});

test('what is exported is taken back, and changes nothing', async () => {
  for (const [kind, type] of [
    ['people', XLSX],
    ['units', XLSX],
    ['areas', 'application/geo+json'],
  ] as const) {
    const { status, headers, body } = await admin.get(`/api/admin/${kind}/export`);
    expect([status, headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const { body: seen } = await upload(admin, `/api/admin/${kind}/preview`, bytes, type);
    const faulty = kind === 'areas' ? 0 : seen.faulty;
    expect([faulty, seen.added.count, seen.changed.count, seen.removed.count]).toEqual([0, 0, 0, 0]);
    const { body: nothing } = await admin.post(`/api/admin/${kind}/accept`, { sha: seen.sha, base: seen.base });
    expect(['register_nothing', 'register_unreadable']).toContain(nothing.code);
  }
});

test('a map puts borders on areas, in the coordinates it says, and says where they overlap', async () => {
  const ring = (west: number) => [
    [104 + west, 30],
    [104.01 + west, 30],
    [104.01 + west, 30.01],
    [104 + west, 30.01],
    [104 + west, 30],
  ];
  const feature = (properties: object, west: number) => ({
    ...{ type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [ring(west)] } },
  });
  const features = [
    feature({ id: 'g1' }, 0),
    feature({ id: 'g9', name: '新网格', kind: '网格', parent: '红光社区' }, 0.005),
  ];
  const bytes = Buffer.from(JSON.stringify({ type: 'FeatureCollection', features }));
  const path = '/api/admin/areas/preview?crs=wgs84';
  const { body: seen } = await upload(admin, path, bytes, 'application/geo+json');
  expect(seen).toMatchObject({ rows: 2, faulty: 0, notes: [expect.stringContaining('重叠')], added: { count: 1 } });
  const accept = { sha: seen.sha, base: seen.base, crs: 'wgs84' };
  expect((await admin.post('/api/admin/areas/accept', accept)).status).toBe(200);
  const { body } = await admin.get('/api/admin/areas?id=c1');
  expect(body.children.map(({ name }: { name: string }) => name)).toEqual(['红光第一网格', '新网格']);
  // GCJ-02 lies some hundred metres away from WGS-84.
  expect(Math.abs(body.children[0].polygon[0][0] - 104)).toBeGreaterThan(0.001);
  const broken = await upload(admin, path, Buffer.from('{"type":"Point"}'), 'application/geo+json');
  expect([broken.status, broken.body.code]).toEqual([422, 'not_sheet']);
});

test('the overview says what needs an eye, and how far the town has come', async () => {
  await house.store.poison(house.now, 'malformed', '{');
  const { body } = await admin.get('/api/admin');
  expect(body).toMatchObject({
    today: '2026-11-23',
    poison: { count: 1, latest: [{ at: house.now, reason: 'malformed' }] },
    failed: { count: 0 },
    bareGrids: { count: 0 },
    sizes: { areas: 7, units: 6, people: 7, gone: 1 },
    meter: { month: '2026-11', calls: 0, callsFree: 5000 },
  });
  expect(body.emptyUnits.first.map(({ name }: { name: string }) => name)).toContain('东街街道办');
  expect(body.steps.filter(({ done }: { done: boolean }) => !done)).toEqual([{ code: 'event', done: false }]);
  const report = { text: '东街路口有垃圾堆', matterId: 'M-LITTER', gridId: 'g1', clientId: newClientId() };
  await (await house.as('wang')).post('/api/events', report);
  await house.store.bump([
    { name: 'meter:2026-11:card', by: 7 },
    { name: 'meter:2026-11:push.reply', by: 2 },
  ]);
  const { body: later } = await admin.get('/api/admin');
  expect(later.steps.every(({ done }: { done: boolean }) => done)).toBe(true);
  expect(later.meter).toMatchObject({ calls: 7, pushes: 2, families: [{ family: 'card', count: 7 }, { count: 2 }] });
});

test('rules are read line by line, and each version says what it changed', async () => {
  const settings = Buffer.from(JSON.stringify({ settings: { onReturn: 'run' } }));
  const { body: seen } = await upload(admin, '/api/rules/settings/preview', settings, 'application/json');
  expect(seen.changed.first).toEqual([{ what: '退回期间', before: '停表', after: '不停表' }]);
  expect(seen.notes.join()).toContain('慢一分钟');
  await admin.post('/api/rules/settings/enact', { sha: seen.sha, base: 0, note: '试行' });
  const { body } = await admin.get('/api/admin/rules/settings?q=退回');
  expect(body).toEqual({ count: 1, lines: [{ what: '退回期间', says: '不停表' }] });
  const more = Buffer.from(JSON.stringify({ settings: { onReturn: 'run', dispatchMinutes: 30 } }));
  const { body: next } = await upload(admin, '/api/rules/settings/preview', more, 'application/json');
  await admin.post('/api/rules/settings/enact', { sha: next.sha, base: 1, note: '放宽' });
  const { body: second } = await admin.get('/api/admin/rules/settings/2');
  expect(second.changed).toEqual({ count: 1, first: [{ what: '派遣时限', before: '15 分钟', after: '30 分钟' }] });
  const { body: first } = await admin.get('/api/admin/rules/settings/1');
  expect(first).toMatchObject({ unknown: false, changed: { count: 1, first: [{ what: '退回期间' }] } });
  expect((await admin.get('/api/admin/rules/settings/9')).status).toBe(404);
});

test('nobody else reads or changes any of it, and a refusal changes nothing', async () => {
  const bytes = await table([NEWCOMER]);
  const { body: seen } = await upload(admin, '/api/admin/people/preview', bytes);
  const before = await everything();
  for (const who of ['wang', 'qin', 'zhou', 'chen'] as Who[]) {
    const browser = await house.as(who);
    for (const path of ['', '/forms', '/people', '/units', '/areas', '/people/export', '/rules/duties'])
      expect([path, (await browser.get(`/api/admin${path}`)).status]).toEqual([path, 403]);
    expect((await upload(browser, '/api/admin/people/preview', bytes)).status).toBe(403);
    const accept = await browser.post('/api/admin/people/accept', { sha: seen.sha, base: seen.base });
    expect([accept.status, accept.body.code]).toEqual([403, 'not_allowed']);
    expect((await browser.post('/api/admin/people/li/active', { active: false })).status).toBe(403);
  }
  expect((await house.nobody.get('/api/admin')).status).toBe(401);
  expect(await everything()).toBe(before);
});

test('whoever is stopped, brought back or brought in by a table stands in the log, with who did it; the check-up is theirs alone', async () => {
  await admin.post('/api/admin/people/li/active', { active: false });
  await admin.post('/api/admin/people/li/active', { active: true });
  const { body: seen } = await upload(admin, '/api/admin/people/preview', await table([NEWCOMER]));
  await admin.post('/api/admin/people/accept', { sha: seen.sha, base: seen.base });
  const { entries } = (await admin.get('/api/audit')).body;
  expect(entries.map(({ who, text }: { who: string; text: string }) => `${who}：${text}`)).toEqual([
    '孙亮：导入人员：新增 1，修改 0，停用或删去 0',
    '孙亮：恢复 李强（li）',
    '孙亮：停用 李强（li）',
  ]);
  // A refusal changes nothing, and is not told as if it had.
  await admin.post('/api/admin/people/accept', { sha: seen.sha, base: seen.base });
  await admin.post('/api/admin/people/sun/active', { active: false });
  expect((await admin.get('/api/audit')).body.entries).toHaveLength(3);
  expect((await admin.post('/api/admin/checkup')).body.findings).toEqual([
    { mark: '✗', says: '没有权限：DING', mend: '去开通' },
  ]);
  const { templates } = (await admin.get('/api/admin/templates')).body;
  expect(templates.map(({ name, id }: { name: string; id: string }) => [name, id])).toEqual([
    ['draft', 'a.schema'],
    ...['task', 'supervision', 'brief'].map((name) => [name, null]),
  ]);
  const wang = await house.as('wang');
  for (const path of ['/api/admin/templates', '/api/audit']) expect((await wang.get(path)).status).toBe(403);
  expect((await wang.post('/api/admin/checkup')).status).toBe(403);
});
