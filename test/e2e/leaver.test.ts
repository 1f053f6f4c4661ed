import { openWorld, type World } from '../support/world';

jest.setTimeout(60_000);

/** Who leaves the organisation in DingTalk loses access at once, without anybody in the command centre lifting a finger. */

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

async function login(userId: string): Promise<(path: string) => Promise<number>> {
  const { url, sandbox } = world.running;
  const body = JSON.stringify({ code: sandbox!.loginCode(userId) });
  const headers = { 'Content-Type': 'application/json' };
  const { token } = (await (await fetch(`${url}/api/login`, { method: 'POST', headers, body })).json()) as {
    token: string;
  };
  return async (path) => (await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } })).status;
}

const isActive = async (userId: string) =>
  (await world.running.store.town()).people.find((person) => person.userId === userId)?.active;

const hint = (eventType: string, userId: string) =>
  world.running.sandbox!.pushFrame({
    type: 'EVENT',
    headers: { eventType, eventId: `${eventType}-${userId}` },
    data: { timeStamp: 1, userId: [userId] },
  });

test('a session that was open is over, and the posts are gone from the roster', async () => {
  const worker = world.who('worker');
  const get = await login(worker);
  expect(await get('/api/me')).toBe(200);
  expect(world.running.sandbox!.leave(worker)).toBe(true);
  await world.settled();
  expect(await isActive(worker)).toBe(false);
  expect(await get('/api/me')).toBe(403);
});

test('control: an event alone stops nobody who is still in the contacts, nor adds a stranger', async () => {
  const worker = world.who('worker');
  const get = await login(worker);
  const { people } = await world.running.store.town();
  for (const eventType of ['user_leave_org', 'user_modify_org', 'org_dept_create']) hint(eventType, worker);
  hint('user_add_org', 'stranger');
  await world.settled();
  expect(await get('/api/me')).toBe(200);
  expect((await world.running.store.town()).people).toEqual(people);
});

test('a name that changed in the contacts changes here; who was stopped here stays stopped', async () => {
  const worker = world.who('worker');
  const { store } = world.running;
  const person = (await store.town()).people.find(({ userId }) => userId === worker);
  await store.saveTown({ people: [{ ...person!, name: '旧名', active: false }] });
  hint('user_modify_org', worker);
  await world.settled();
  const after = (await store.town()).people.find(({ userId }) => userId === worker);
  expect(after).toEqual({ ...person, active: false });
});
