import { dateOf } from '../../server/domain/clock';
import { lastComparison } from '../../server/flow/comparison';
import { openWorld, type World } from '../support/world';

jest.setTimeout(120_000);

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

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 50));
}

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

test('whose leaving nobody told us of is found in the night, and the next comparison is the next night’s', async () => {
  const worker = world.who('worker');
  const { store, sandbox } = world.running;
  await world.settled();
  expect(sandbox!.leave(worker, true)).toBe(true);
  await world.settled();
  expect(await isActive(worker)).toBe(true);
  await world.advance('1d');
  await until(async () => (await isActive(worker)) === false);
  const compared = async () => (await store.records({ action: 'contacts.compare', limit: 9 })).map(({ data }) => data);
  expect(await compared()).toMatchObject([{ stopped: 1, renamed: 0 }]);
  await until(async () => (await lastComparison(store)) !== null);
  expect(dateOf(Number(await store.meta('contacts.next')))).toBe(dateOf(sandbox!.clock.now() + 24 * 3_600_000));
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
