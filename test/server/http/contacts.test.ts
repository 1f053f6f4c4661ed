import { type Browser, type House, openHouse, tinyTown } from './town';

/** The organisation's contacts and our people, compared by an administrator. */

let house: House;
let admin: Browser;
beforeEach(async () => {
  house = await openHouse();
  const { people, posts } = tinyTown();
  const more = Array.from({ length: 20 }, (_, index) => ({
    ...people[0]!,
    userId: `n${index}`,
    name: `网格员${index}`,
  }));
  const post = { id: 'sun-admin', userId: 'sun', role: 'admin' as const, unitId: 'centre', areaId: 'd' };
  await house.store.saveTown({ people: more, posts: [...posts, post] });
  await house.refresh();
  house.contacts.push(...more.map(({ userId, name }) => ({ userId, name, unionId: userId })));
  admin = await house.as('sun');
});
afterEach(() => house.close());

const leave = (...gone: string[]) => {
  house.contacts = house.contacts.filter(({ userId }) => !gone.includes(userId));
};
async function compared(who = admin) {
  const { status } = await who.post('/api/admin/contacts/compare');
  expect(status).toBe(200);
  for (;;) {
    const { body } = await who.get('/api/admin/contacts');
    if (!body.running) return body.last;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const active = async (userId: string) =>
  (await house.store.town()).people.find((person) => person.userId === userId)?.active;

test('who has left is stopped and out at once, who is called otherwise is renamed, who is new is shown and stays a stranger', async () => {
  const wang = await house.as('wang');
  expect((await admin.get('/api/admin/contacts')).body).toEqual({ running: false, last: null });
  leave('wang');
  house.contacts = house.contacts.map((each) => (each.userId === 'li' ? { ...each, name: '李自强' } : each));
  house.contacts.push({ userId: 'stranger', unionId: 's', name: '新同事' });
  expect(await compared()).toMatchObject({
    ...{ outcome: 'done', checked: 27, time: '10:00', held: [] },
    renamed: [{ userId: 'li', name: '李自强', before: '李强' }],
    stopped: [{ userId: 'wang', name: '王芳' }],
    strangers: { count: 1, first: [{ userId: 'stranger', name: '新同事' }] },
  });
  expect((await wang.get('/api/me')).status).toBe(403);
  expect((await house.store.town()).people.some(({ userId }) => userId === 'stranger')).toBe(false);
  const { entries } = (await admin.get('/api/audit')).body;
  expect(entries[0].text).toBe('对照钉钉通讯录，改名 1 人，停用 1 人（王芳）');
  expect(await compared()).toMatchObject({ outcome: 'done', checked: 26, renamed: [], stopped: [] });
});

test('a tenth of the town does not leave in one night: nobody is stopped until an administrator says so', async () => {
  const gone = ['n0', 'n1', 'n2', 'n3', 'n4'];
  leave(...gone);
  const last = await compared();
  expect(last).toMatchObject({
    outcome: 'held',
    stopped: [],
    held: gone.map((userId) => expect.objectContaining({ userId })),
  });
  expect(await active('n0')).toBe(true);
  // One of them was only moved about meanwhile.
  house.contacts.push({ userId: 'n4', unionId: 'n4', name: '网格员4' });
  expect((await admin.post('/api/admin/contacts/stop', { at: last.at - 1 })).body.code).toBe('register_stale');
  const { body } = await admin.post('/api/admin/contacts/stop', { at: last.at });
  expect(body.last).toMatchObject({ outcome: 'done', held: [], stopped: [{}, {}, {}, {}] });
  expect(await Promise.all(['n0', 'n3', 'n4'].map(active))).toEqual([false, false, true]);
});

test('control: four who leave are a few, and stopped without asking', async () => {
  leave('n0', 'n1', 'n2', 'n3');
  expect(await compared()).toMatchObject({ outcome: 'done', stopped: [{}, {}, {}, {}] });
});

test('a platform that does not answer changes nothing, and that is said', async () => {
  leave('wang');
  Object.defineProperty(house, 'contacts', {
    get() {
      throw new Error('down');
    },
  });
  expect(await compared()).toMatchObject({ outcome: 'failed', checked: 0, stopped: [] });
  expect(await active('wang')).toBe(true);
});

test('an administrator cannot stop themself with the rest, and nobody else may look', async () => {
  leave('sun', 'n0', 'n1', 'n2', 'n3');
  const last = await compared();
  const { status, body } = await admin.post('/api/admin/contacts/stop', { at: last.at });
  expect([status, body.code]).toEqual([409, 'register_locked_out']);
  const wang = await house.as('wang');
  expect((await wang.get('/api/admin/contacts')).status).toBe(403);
  expect((await wang.post('/api/admin/contacts/compare')).status).toBe(403);
});
