import { sheets } from '../../../server/adapters/xlsx';
import { rosterOf } from '../../../server/domain/roster';
import type { Cell } from '../../../server/domain/tables';
import { type Answered, type Browser, type House, newClientId, openHouse, type Who } from './town';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const JSON_TYPE = 'application/json';
const KINDS = ['catalogue', 'duties', 'calendars', 'settings'] as const;

let house: House;
beforeEach(async () => {
  house = await openHouse(({ rules }) => ({
    // 孙亮 looks after the rules here.
    rules: () => {
      const now = rules();
      const admin = { id: 'sun-admin', userId: 'sun', role: 'admin' as const, unitId: null, areaId: 'd' };
      return { ...now, roster: rosterOf({ ...now.roster.town, posts: [...now.roster.town.posts, admin] }) };
    },
  }));
});
afterEach(() => house.close());

const HEAD = ['事项', '立案条件', '处置时限', '结案条件'];
const table = (rows: Cell[][]) => sheets.write('目录', [HEAD, ...rows], []);
const GOOD = ['井盖', '缺失', '2紧急工作时', '补装'];
const BAD = ['井盖', '破损', '很快', '更换'];

async function upload(who: Browser, path: string, bytes: Buffer, type = XLSX): Promise<Answered> {
  const response = await fetch(house.url + path, {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: { Cookie: who.cookie, Origin: house.url, 'Content-Type': type },
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const look = (who: Browser, bytes: Buffer, kind = 'catalogue', type = XLSX) =>
  upload(who, `/api/rules/${kind}/preview`, bytes, type);

test('an administrator looks first, accepts what was seen, and the version says who and why', async () => {
  const admin = await house.as('sun');
  const { status, body: seen } = await look(admin, await table([GOOD, BAD]));
  expect(status).toBe(200);
  expect(seen).toMatchObject({
    ...{ rows: 2, faulty: 1, acceptable: true, faults: { count: 1, first: [{ row: 3, column: '处置时限' }] } },
    added: { count: 2, first: [{ what: '事项 井盖' }, { what: '井盖 · 缺失', before: null }] },
  });
  const before = await house.store.townVersion();
  const accept = { sha: seen.sha, base: seen.base, note: '按市里新标准' };
  const refused = await admin.post('/api/rules/catalogue/enact', accept);
  expect([refused.status, refused.body.code]).toEqual([409, 'rules_faulty']);
  expect(refused.body.detail).toContain('1 行有误');
  expect(await house.store.townVersion()).toBe(before);
  const done = await admin.post('/api/rules/catalogue/enact', { ...accept, skipFaulty: 1 });
  expect([done.status, done.body]).toEqual([200, { version: seen.base + 1, at: house.now }]);
  const { body } = await admin.get('/api/rules/catalogue');
  expect(body.versions[0]).toEqual({ version: seen.base + 1, at: house.now, by: '孙亮', note: '按市里新标准' });
  expect(JSON.stringify(body.text)).toContain('井盖');
  const again = await admin.post('/api/rules/catalogue/enact', { ...accept, skipFaulty: 1 });
  expect([again.status, again.body.code]).toEqual([409, 'rules_stale']);
});

test('what is accepted is in force with the answer: nobody is filed under the old text afterwards', async () => {
  const admin = await house.as('sun');
  const fresh = ['暴露垃圾', '垃圾成堆', '9工作时', '清理干净'];
  const { body: seen } = await look(admin, await table([fresh]));
  const accept = { sha: seen.sha, base: seen.base, note: '按市里新标准' };
  const { body: enacted } = await admin.post('/api/rules/catalogue/enact', accept);
  const report = { text: '东街路口垃圾成堆', matterId: 'M-LITTER', gridId: 'g1', clientId: newClientId() };
  const { body } = await (await house.as('wang')).post('/api/events', report);
  const { event } = (await (await house.as('wang')).get(`/api/events/${body.event.id}`)).body;
  expect(event.terms).toMatchObject({ limit: '9 工作时', version: enacted.version });
});

test('what is exported is taken back, and changes nothing', async () => {
  const admin = await house.as('sun');
  for (const kind of KINDS) {
    const { status, headers, body } = await admin.get(`/api/rules/${kind}/export`);
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toMatch(new RegExp(`^attachment; filename="${kind}\\.(xlsx|json)"$`));
    const { body: seen } = await look(admin, body, kind, headers.get('content-type') ?? '');
    expect(seen).toMatchObject({ faulty: 0, added: { count: 0 }, changed: { count: 0 }, removed: { count: 0 } });
  }
});

test('others may read if they answer for the rules, and change nothing; the rest not even that', async () => {
  const bytes = await table([GOOD]);
  const admin = await house.as('sun');
  const { body: seen } = await look(admin, bytes);
  const accept = { sha: seen.sha, base: seen.base, note: '试一试' };
  const before = await house.store.townVersion();
  for (const [who, reads] of [
    ['zhou', true],
    ['wang', false],
    ['zhao', false],
    ['chen', false],
  ] as [Who, boolean][]) {
    const person = await house.as(who);
    expect((await person.get('/api/rules/settings')).status).toBe(reads ? 200 : 403);
    expect((await person.get('/api/rules/settings/export')).status).toBe(reads ? 200 : 403);
    expect((await look(person, bytes)).body).toMatchObject({ status: 403, code: 'not_allowed' });
    expect((await person.post('/api/rules/catalogue/enact', accept)).body.code).toBe('not_allowed');
  }
  expect((await house.nobody.get('/api/rules/settings')).status).toBe(401);
  expect(await house.store.townVersion()).toBe(before);
});

test('a wrong file is refused with what to do', async () => {
  const admin = await house.as('sun');
  const answers: [Buffer, string, string, number, string][] = [
    [Buffer.from('hello'), XLSX, 'catalogue', 422, '.xlsx'],
    [Buffer.from('d0cf11e0a1b11ae1', 'hex'), XLSX, 'catalogue', 422, '另存为'],
    [Buffer.from('{"rows": ['), 'application/json', 'duties', 422, 'JSON'],
    [Buffer.from('hello'), 'image/png', 'catalogue', 415, '.xlsx'],
    [Buffer.alloc(5 * 1024 * 1024 + 1), XLSX, 'catalogue', 413, '5 MB'],
  ];
  for (const [bytes, type, kind, status, words] of answers) {
    const { body } = await look(admin, bytes, kind, type);
    expect(body).toMatchObject({ status, detail: expect.stringContaining(words) });
  }
  const nothing = await look(admin, Buffer.from('[["甲"],["乙"]]'), 'catalogue', 'application/json');
  expect(nothing.body).toMatchObject({ acceptable: false, faults: { count: 1 } });
});

test('once something has happened, the usual hours and the days gone by stand', async () => {
  const admin = await house.as('sun');
  const hours = Buffer.from(JSON.stringify({ settings: { sessions: [[540, 1020]] } }));
  const past = { kind: 'closed', from: '2026-11-02', to: '2026-11-02', reason: '台风停工' };
  const days = Buffer.from(JSON.stringify({ calendars: [{ areaId: 'd', rules: [past] }] }));
  const acceptable = async () => {
    const seen = [await look(admin, hours, 'settings', JSON_TYPE), await look(admin, days, 'calendars', JSON_TYPE)];
    return seen.map(({ body }) => body.acceptable);
  };
  expect(await acceptable()).toEqual([true, true]);
  const report = { text: '东街路口有垃圾堆', matterId: 'M-LITTER', gridId: 'g1', clientId: newClientId() };
  expect((await (await house.as('wang')).post('/api/events', report)).status).toBe(200);
  expect(await acceptable()).toEqual([false, false]);
});

test('settings given in part say which parts are missing, and what has another shape says so', async () => {
  const admin = await house.as('sun');
  const settings = {
    extend: { times: 1 },
    idleMinutes: '很久',
    ladders: { ack: [{ rung: 'blue', share: 1 }], handle: [] },
  };
  const { body } = await look(admin, Buffer.from(JSON.stringify({ settings })), 'settings', JSON_TYPE);
  const said = body.faults.first.map(({ column, reason }: { column: string; reason: string }) => `${column} ${reason}`);
  const missing = ['ladders.ack.0.tell', 'extend.share', 'extend.approvers'];
  expect(said).toEqual(expect.arrayContaining(missing.map((field) => `${field} 缺少这一项，请补上`)));
  expect(said.filter((words: string) => words.startsWith('idleMinutes'))).toEqual([
    expect.not.stringContaining('缺少'),
  ]);
});

test('an upload nobody made, or one of another kind, is not accepted', async () => {
  const admin = await house.as('sun');
  const accept = { base: 0, note: '试一试' };
  const missing = await admin.post('/api/rules/catalogue/enact', { ...accept, sha: '0'.repeat(64) });
  expect([missing.status, missing.body.code]).toEqual([404, 'no_upload']);
  expect((await admin.post('/api/rules/catalogue/enact', { ...accept, sha: '../../etc' })).status).toBe(422);
  const { body: seen } = await look(admin, await table([GOOD]));
  expect((await admin.post('/api/rules/settings/enact', { ...accept, sha: seen.sha })).status).toBe(422);
  expect((await admin.get('/api/rules/secrets')).status).toBe(422);
});
