import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import type { Store, Tx } from '../../server/ports';
import { openWorld, type World } from '../support/world';

const ROBOT = '/v1.0/im/bot/messages/get';

function frameData(world: World, index: number): Record<string, unknown> {
  const workers = world.roster.town.posts.filter(({ role }) => role === 'worker');
  const sandbox = world.running.sandbox!;
  return {
    msgId: `msg-redelivery-${index}==`,
    msgtype: 'text',
    text: { content: `建设路${index}号路灯不亮` },
    robotCode: sandbox.robotCode,
    conversationType: '1',
    conversationId: `cid-redelivery-${index % workers.length}`,
    senderStaffId: workers[index % workers.length]!.userId,
    senderNick: '网格员',
    createAt: sandbox.clock.now(),
  };
}

/** Pushes each frame `times(i)` times, in a shuffled order, and waits until all are acknowledged. */
async function push(world: World, from: number, to: number, times: (index: number) => number): Promise<void> {
  const indexes = Array.from({ length: to - from }, (_, i) => from + i).flatMap((index) =>
    Array<number>(times(index)).fill(index),
  );
  const order = indexes
    .map((index, at) => ({ index, key: (at * 7919) % indexes.length }))
    .sort((a, b) => a.key - b.key);
  for (const [sent, { index }] of order.entries()) {
    world.running.sandbox!.pushFrame({ type: 'CALLBACK', topic: ROBOT, data: frameData(world, index) });
    // The platform is another machine: it does not keep ours from its work.
    if (sent % 50 === 0) await setImmediate();
  }
  await world.settled();
}

const times = (index: number) => 1 + (index % 5);
/** What is counted is what is stored; sending two thousand cards at the platform's pace would take minutes. */
const storing = { ROLES: 'http,stream' };

test('2,000 frames redelivered 1–5 times, also after a restart, give one event each', async () => {
  const world = await openWorld({ env: storing });
  await push(world, 0, 1000, times);
  await world.restart();
  await push(world, 500, 2000, times);
  expect((await world.events()).length).toBe(2000);
  await world.close();
});

test('control: a store that forgets its keys doubles them, and the count shows it', async () => {
  const forget = (tx: Tx): Tx => ({
    ...tx,
    claimed: async () => new Map(),
    save: (changes) => tx.save({ ...changes, messages: [] }),
  });
  const forgetful = (store: Store): Store => ({ ...store, write: (work) => store.write((tx) => work(forget(tx))) });
  const world = await openWorld({ env: storing, between: { store: forgetful } });
  await push(world, 0, 50, () => 1);
  await world.restart();
  await push(world, 0, 50, () => 1);
  expect((await world.events()).length).toBeGreaterThan(50);
  await world.close();
});

test('500 malformed frames: none crashes the program, none becomes an event, all are kept aside or answered', async () => {
  const world = await openWorld();
  const sandbox = world.running.sandbox!;
  const junk = fc.sample(
    fc.oneof(
      fc.json(),
      fc.string(),
      fc.dictionary(fc.string(), fc.anything()).map((value) => JSON.stringify(value) ?? ''),
    ),
    { numRuns: 250, seed: 7 },
  );
  for (const raw of junk) sandbox.pushFrame({ raw });
  const topics = [ROBOT, '/v1.0/card/instances/callback', '/v1.0/no/such/topic'];
  const payloads = fc.sample(fc.anything({ maxDepth: 3 }), { numRuns: 250, seed: 8 });
  for (const [index, data] of payloads.entries())
    sandbox.pushFrame({ type: 'CALLBACK', topic: topics[index % 3]!, data: JSON.stringify(data) ?? 'nothing' });
  await world.settled();
  expect((await world.events()).length).toBe(0);
  await world.says(world.who('worker'), '建设路12号路灯不亮');
  expect((await world.events()).length).toBe(1);
  await world.close();
});

test('outsiders, unknown people, the robot’s own echo and over-quota frames change nothing', async () => {
  const world = await openWorld();
  const base = frameData(world, 1);
  const odd = [
    { ...base, msgId: 'a', senderStaffId: '' },
    { ...base, msgId: 'b', senderStaffId: 'nobody-we-know' },
    { ...base, msgId: 'c', senderId: '$:LWCP_v1:$robot', chatbotUserId: '$:LWCP_v1:$robot' },
    { ...base, msgId: 'd', text: undefined, errCode: 20001, errMsg: 'quota' },
    { ...base, msgId: 'e', text: undefined, errorCode: '20001', errorMessage: 'quota' },
  ];
  for (const data of odd) world.running.sandbox!.pushFrame({ type: 'CALLBACK', topic: ROBOT, data });
  await world.settled();
  expect((await world.events()).length).toBe(0);
  const metrics = await (await fetch(`${world.running.url}/metrics`)).text();
  expect(metrics).toMatch(/gridtalk_over_quota_frames_total 2/);
  expect(metrics).toMatch(/gridtalk_outsiders_total 2/);
  expect(metrics).toMatch(/outcome="echo"\} 1/);
  await world.close();
});

test('403 QPS for thirty seconds: everything is sent afterwards, once', async () => {
  const world = await openWorld();
  const workers = world.roster.town.posts.filter(({ role }) => role === 'worker').slice(0, 20);
  const sandbox = world.running.sandbox!;
  sandbox.fault({ kind: 'qps' });
  for (const { userId } of workers) sandbox.say({ userId, text: '建设路12号路灯不亮' });
  const served = () => workers.filter(({ userId }) => world.phone(userId).cards.length > 0).length;
  const second = async () => {
    sandbox.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  while (sandbox.unanswered() > 0) await second();
  for (let passed = 0; passed < 30; passed += 1) await second();
  expect(served()).toBe(0);
  sandbox.clearFaults();
  for (const end = Date.now() + 90_000; served() < workers.length && Date.now() < end; ) await second();
  await world.settled();
  expect(workers.map(({ userId }) => world.phone(userId).cards.length)).toEqual(Array(20).fill(1));
  await world.close();
});
