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

/** Ms after which something is said not to happen: many times what it takes, for a busy machine. */
const PATIENCE = 25_000;

const redis = redisIsThere();
afterAll(async () => {
  if (redis) await forgetAll();
});

/** What a test has opened: closed when it ends, the last first. */
class Own {
  private readonly closing: (() => Promise<unknown>)[] = [];

  closes(close: () => Promise<unknown>): void {
    this.closing.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.closing.reverse()) await close();
  }

  /** One process's alarm. */
  async member(name: string, everySeconds: number, takes: number | Promise<unknown> = 0) {
    const { seen, ring } = counting(takes);
    const alarm: Alarm = bullAlarm({ redisUrl: REDIS, everySeconds, name, onError: unexpected });
    this.closes(() => alarm.stop());
    await alarm.start(ring);
    return { alarm, seen };
  }

  /** An alarm whose way to Redis can be cut. */
  async overWire(everySeconds: number, up = true) {
    const line = await wire();
    this.closes(() => line.close());
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
    this.closes(() => alarm.stop());
    await alarm.start(ring);
    return { line, alarm, seen, errors, back };
  }
}

/** Each test has alarms of its own, and mostly waits: they run together. Jest fails a test that leaves a rejection to nobody. */
function promise(sentence: string, keeps: (own: Own) => Promise<void>): void {
  (redis ? test.concurrent : test.skip)(
    sentence,
    async () => {
      const own = new Own();
      try {
        await keeps(own);
      } finally {
        await own.close();
      }
    },
    4 * PATIENCE,
  );
}

const happens = (what: () => boolean) => comesTrue(what, PATIENCE);

/** Rings of all members together, from when they have settled until one a second would be outdone, or for four seconds. */
async function ringsTogether(own: Own, names: string[]): Promise<{ rings: number; seconds: number }> {
  const members = await Promise.all(names.map((name) => own.member(name, 1)));
  const sum = () => members.reduce((total, { seen }) => total + seen.begun, 0);
  await wait(1_500);
  const [before, from] = [sum(), performance.now()];
  const seconds = () => (performance.now() - from) / 1_000;
  await comesTrue(() => sum() - before > seconds() + 3 || (seconds() > 4 && sum() - before >= 3), PATIENCE);
  return { rings: sum() - before, seconds: seconds() };
}

describe('bull alarms that share a name', () => {
  promise('ring in one process a tick', async (own) => {
    const name = freshName();
    const { rings, seconds } = await ringsTogether(own, [name, name, name]);
    expect(rings).toBeGreaterThanOrEqual(3);
    expect(rings).toBeLessThanOrEqual(seconds + 2);
  });

  promise('the control: alarms that share none ring each', async (own) => {
    const { rings, seconds } = await ringsTogether(own, [freshName(), freshName(), freshName()]);
    expect(rings).toBeGreaterThan(seconds + 2);
  });

  promise('hear in one process the poke of another that is busy', async (own) => {
    const name = freshName();
    let free = () => {};
    const work = new Promise<void>((resolve) => {
      free = resolve;
    });
    const busy = await own.member(name, 600, work);
    expect(await happens(() => busy.seen.now === 1)).toBe(true);
    const idle = await own.member(name, 600);
    expect(await happens(() => idle.seen.ended === 1)).toBe(true);
    busy.alarm.poke();
    expect(await happens(() => idle.seen.ended === 2)).toBe(true);
    expect(busy.seen.ended).toBe(0);
    free();
  });

  promise('do not pile up ticks and pokes while a ring takes long', async (own) => {
    const name = freshName();
    let free = () => {};
    const work = new Promise<void>((resolve) => {
      free = resolve;
    });
    const { alarm, seen } = await own.member(name, 1, work);
    expect(await happens(() => seen.now === 1)).toBe(true);
    for (let i = 0; i < 40; i += 1, await wait(80)) alarm.poke();
    const counts = await withQueue(name, (queue) => queue.getJobCounts());
    free();
    expect(counts.waiting + counts.delayed).toBeLessThanOrEqual(2);
  });

  promise('leave no tick of an older interval behind, and jobs carry no data', async (own) => {
    const name = freshName();
    const { alarm, seen } = await own.member(name, 3);
    expect(await happens(() => seen.ended === 1)).toBe(true);
    await alarm.stop();
    await own.member(name, 600);
    const look = () =>
      withQueue(name, async (queue) => ({
        ticks: (await queue.getRepeatableJobs()).map((tick) => tick.every),
        jobs: await queue.getJobs(['waiting', 'delayed', 'active', 'completed', 'failed']),
      }));
    let found = await look();
    // A poke's job is gone when it has been taken.
    for (const end = performance.now() + PATIENCE; performance.now() < end; found = await look())
      if (found.ticks.join() === '600000' && found.jobs.length === 1) break;
    expect(found.ticks).toEqual([600_000]);
    expect(found.jobs.map((job) => job.data)).toEqual([{}]);
  });

  promise('go on ticking when Redis forgets everything', async (own) => {
    const name = freshName();
    const { seen } = await own.member(name, 1);
    expect(await happens(() => seen.begun >= 2)).toBe(true);
    await forget(name);
    const before = seen.begun;
    expect(await happens(() => seen.begun >= before + 3)).toBe(true);
  });
});

describe('a bull alarm nobody serves', () => {
  promise('rings all the same when somebody has paused the queue', async (own) => {
    const name = freshName();
    const { seen } = await own.member(name, 1);
    expect(await happens(() => seen.ended > 0)).toBe(true);
    await withQueue(name, (queue) => queue.pause());
    await wait(1_500);
    const before = seen.begun;
    expect(await happens(() => seen.begun >= before + 3)).toBe(true);
  });
});

describe('a bull alarm that loses Redis', () => {
  promise('rings by itself meanwhile, says so once, and shares again afterwards', async (own) => {
    const { line, seen, errors, back } = await own.overWire(1);
    expect(await happens(() => seen.begun >= 3)).toBe(true);
    expect(errors).toEqual([]);

    line.cut();
    const before = seen.begun;
    expect(await happens(() => seen.begun >= before + 3)).toBe(true);
    expect({ errors: errors.length, back }).toEqual({ errors: 1, back: [] });

    line.mend();
    expect(await happens(() => back.length === 1)).toBe(true);
    expect(back[0]).toBeGreaterThan(1);
    const after = seen.begun;
    expect(await happens(() => seen.begun >= after + 3)).toBe(true);
  });

  promise('the control: Bull as its manual has it is silent meanwhile', async (own) => {
    const line = await wire();
    const { seen, ring } = counting();
    const queue = new Queue(freshName(), line.url, { prefix: 'gridtalk' });
    own.closes(() => line.close());
    // `true` because Bull's other way leaves a rejection to nobody.
    own.closes(() => queue.close(true));
    queue.process(ring);
    await queue.add({}, { repeat: { every: 1_000 } });
    expect(await happens(() => seen.begun >= 2)).toBe(true);
    line.cut();
    const before = seen.begun;
    await wait(4_000);
    line.mend();
    expect(seen.begun - before).toBe(0);
    expect(await happens(() => seen.begun > before)).toBe(true);
  });

  promise('rings for a poke while Redis is away', async (own) => {
    const { line, alarm, seen } = await own.overWire(600);
    expect(await happens(() => seen.ended === 1)).toBe(true);
    line.cut();
    await wait(100);
    alarm.poke();
    expect(await happens(() => seen.ended === 2)).toBe(true);
  });

  promise('notices a connection that is open but dead', async (own) => {
    const { line, seen, errors, back } = await own.overWire(1);
    expect(await happens(() => seen.begun >= 2)).toBe(true);
    line.die();
    const before = seen.begun;
    expect(await happens(() => back.length > 0)).toBe(true);
    expect(errors.length).toBeGreaterThan(0);
    expect(await happens(() => seen.begun >= before + 3)).toBe(true);
  });

  promise('stops while Redis is away', async (own) => {
    const { line, alarm, seen } = await own.overWire(1);
    expect(await happens(() => seen.ended > 0)).toBe(true);
    line.cut();
    await wait(500);
    await alarm.stop();
    const rings = seen.begun;
    line.mend();
    await wait(2_500);
    expect(seen.begun).toBe(rings);
  });

  promise('leaves no rejection to nobody when it stops while its connection breaks again and again', async (own) => {
    const { line, alarm, seen } = await own.overWire(600);
    expect(await happens(() => seen.ended === 1)).toBe(true);
    // What ioredis says of itself, unasked, when it is back after a break.
    const broken = line.breakAt('subscribe');
    line.cut();
    line.mend();
    expect(await happens(() => broken() >= 3)).toBe(true);
    await alarm.stop();
  });

  promise('starts while Redis is away, and finds it later', async (own) => {
    const { line, seen, back } = await own.overWire(1, false);
    expect(await happens(() => seen.begun >= 2)).toBe(true);
    line.mend();
    expect(await happens(() => back.length === 1)).toBe(true);
  });
});
