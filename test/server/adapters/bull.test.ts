import { setTimeout as wait } from 'node:timers/promises';
import Queue from 'bull';
import { bullAlarm } from '../../../server/adapters/bull';
import type { Alarm } from '../../../server/ports';
import {
  comesTrue,
  counting,
  forget,
  forgetAll,
  freshName,
  REDIS,
  redisIsThere,
  unexpected,
  wire,
  withQueue,
} from './redis';

// Bull 4 and ioredis leave a rejection to nobody now and then when a connection breaks during shutdown ("Connection is closed."); Jest
// charges it to whatever test runs. What is promised here is what the alarm does; the program itself survives such a rejection (main.ts).
jest.retryTimes(8, { logErrorsBeforeRetry: true });

const redis = redisIsThere();
const withRedis = redis ? describe : describe.skip;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(async () => {
  if (redis) await forgetAll();
});

/** One process's alarm. */
async function member(name: string, everySeconds: number, ringMs = 0) {
  const { seen, ring } = counting(ringMs);
  const alarm: Alarm = bullAlarm({ redisUrl: REDIS, everySeconds, name, onError: unexpected });
  closing.push(() => alarm.stop());
  await alarm.start(ring);
  return { alarm, seen };
}

/** Rings of all members together within four seconds of ticking once a second. */
async function ringsTogether(names: string[]): Promise<number> {
  const members = await Promise.all(names.map((name) => member(name, 1)));
  const sum = () => members.reduce((total, { seen }) => total + seen.begun, 0);
  await wait(1_500);
  const before = sum();
  await wait(4_000);
  return sum() - before;
}

withRedis('bull alarms that share a name', () => {
  test('ring in one process a tick', async () => {
    const name = freshName();
    const rings = await ringsTogether([name, name, name]);
    expect(rings).toBeGreaterThanOrEqual(3);
    expect(rings).toBeLessThanOrEqual(5);
  });

  test('the control: alarms that share none ring each', async () => {
    expect(await ringsTogether([freshName(), freshName(), freshName()])).toBeGreaterThanOrEqual(9);
  });

  test('hear in one process the poke of another that is busy', async () => {
    const name = freshName();
    const busy = await member(name, 600, 1_500);
    expect(await comesTrue(() => busy.seen.now === 1, 2_000)).toBe(true);
    const idle = await member(name, 600);
    expect(await comesTrue(() => idle.seen.ended === 1, 1_000)).toBe(true);
    busy.alarm.poke();
    expect(await comesTrue(() => idle.seen.ended === 2, 1_000)).toBe(true);
    expect(busy.seen.ended).toBe(0);
  });

  test('do not pile up ticks and pokes while a ring takes long', async () => {
    const name = freshName();
    const { alarm, seen } = await member(name, 1, 4_500);
    await comesTrue(() => seen.now === 1, 2_000);
    for (let i = 0; i < 40; i += 1, await wait(100)) alarm.poke();
    const counts = await withQueue(name, (queue) => queue.getJobCounts());
    expect(counts.waiting + counts.delayed).toBeLessThanOrEqual(2);
  });

  test('leave no tick of an older interval behind, and jobs carry no data', async () => {
    const name = freshName();
    const { alarm } = await member(name, 3);
    await wait(300);
    await alarm.stop();
    await member(name, 600);
    await wait(700);
    const { ticks, jobs } = await withQueue(name, async (queue) => ({
      ticks: await queue.getRepeatableJobs(),
      jobs: await queue.getJobs(['waiting', 'delayed', 'active', 'completed', 'failed']),
    }));
    expect(ticks.map((tick) => tick.every)).toEqual([600_000]);
    expect(jobs.map((job) => job.data)).toEqual([{}]);
  });

  test('go on ticking when Redis forgets everything', async () => {
    const name = freshName();
    const { seen } = await member(name, 1);
    await wait(1_500);
    await forget(name);
    const before = seen.begun;
    expect(await comesTrue(() => seen.begun >= before + 3, 8_000)).toBe(true);
  });
});

withRedis('a bull alarm nobody serves', () => {
  test('rings all the same when somebody has paused the queue', async () => {
    const name = freshName();
    const { seen } = await member(name, 1);
    await wait(500);
    await withQueue(name, (queue) => queue.pause());
    await wait(1_500);
    const before = seen.begun;
    expect(await comesTrue(() => seen.begun >= before + 3, 8_000)).toBe(true);
  });
});

withRedis('a bull alarm that loses Redis', () => {
  // Jest fails a test that leaves a rejection to nobody: the way Bull would end our process.
  async function overWire(everySeconds: number, up = true) {
    const line = await wire();
    closing.push(() => line.close());
    if (!up) line.cut();
    const { seen, ring } = counting();
    const errors: string[] = [];
    const back: number[] = [];
    const alarm = bullAlarm({
      redisUrl: line.url,
      everySeconds,
      name: freshName(),
      onError: (error) => errors.push(error.message),
      onBack: (count) => back.push(count),
    });
    closing.push(() => alarm.stop());
    await alarm.start(ring);
    return { line, alarm, seen, errors, back };
  }

  test('rings by itself meanwhile, says so once, and shares again afterwards', async () => {
    const { line, seen, errors, back } = await overWire(1);
    expect(await comesTrue(() => seen.begun >= 3, 5_000)).toBe(true);
    expect(errors).toEqual([]);

    line.cut();
    const before = seen.begun;
    expect(await comesTrue(() => seen.begun >= before + 3, 8_000)).toBe(true);
    expect({ errors: errors.length, back }).toEqual({ errors: 1, back: [] });

    line.mend();
    expect(await comesTrue(() => back.length === 1, 8_000)).toBe(true);
    expect(back[0]).toBeGreaterThan(1);
    const after = seen.begun;
    expect(await comesTrue(() => seen.begun >= after + 3, 8_000)).toBe(true);
  });

  test('the control: Bull as its manual has it is silent meanwhile', async () => {
    const line = await wire();
    const { seen, ring } = counting();
    const queue = new Queue(freshName(), line.url, { prefix: 'gridtalk' });
    closing.push(
      () => line.close(),
      () => queue.close(),
    );
    queue.process(ring);
    await queue.add({}, { repeat: { every: 1_000 } });
    expect(await comesTrue(() => seen.begun >= 2, 5_000)).toBe(true);
    line.cut();
    const before = seen.begun;
    await wait(4_000);
    line.mend();
    expect(seen.begun - before).toBe(0);
    expect(await comesTrue(() => seen.begun > before, 10_000)).toBe(true);
  });

  test('rings for a poke while Redis is away', async () => {
    const { line, alarm, seen } = await overWire(600);
    expect(await comesTrue(() => seen.ended === 1, 3_000)).toBe(true);
    line.cut();
    await wait(100);
    alarm.poke();
    expect(await comesTrue(() => seen.ended === 2, 5_000)).toBe(true);
  });

  test('notices a connection that is open but dead', async () => {
    const { line, seen, errors, back } = await overWire(1);
    expect(await comesTrue(() => seen.begun >= 2, 5_000)).toBe(true);
    line.die();
    const before = seen.begun;
    expect(await comesTrue(() => back.length > 0, 25_000)).toBe(true);
    expect(errors.length).toBeGreaterThan(0);
    expect(await comesTrue(() => seen.begun >= before + 3, 10_000)).toBe(true);
  }, 60_000);

  test('stops while Redis is away', async () => {
    const { line, alarm, seen } = await overWire(1);
    await comesTrue(() => seen.ended > 0, 3_000);
    line.cut();
    await wait(500);
    await alarm.stop();
    const rings = seen.begun;
    line.mend();
    await wait(2_500);
    expect(seen.begun).toBe(rings);
  });

  test('starts while Redis is away, and finds it later', async () => {
    const { line, seen, back } = await overWire(1, false);
    expect(await comesTrue(() => seen.begun >= 2, 8_000)).toBe(true);
    line.mend();
    expect(await comesTrue(() => back.length === 1, 8_000)).toBe(true);
  });
});
