import { setTimeout as wait } from 'node:timers/promises';
import { cronOf, embeddedAlarm } from '../../../server/adapters/alarm';
import { bullAlarm } from '../../../server/adapters/bull';
import type { Alarm } from '../../../server/ports';
import { comesTrue, counting, forgetAll, freshName, REDIS, redisIsThere, unexpected } from './redis';

interface Kind {
  make(everySeconds: number, onError?: (error: Error) => void): Alarm;
  /** Ms after which a poke has rung for certain, where nothing else keeps the machine busy. */
  soon: number;
}

/** Ms after which something is said not to happen: many times what it takes, for a busy machine. */
const PATIENCE = 20_000;

const embedded: Kind = {
  make: (everySeconds, onError = unexpected) => embeddedAlarm({ everySeconds, onError }),
  soon: 20 + 60,
};

const bull: Kind = {
  make: (everySeconds, onError = unexpected) =>
    bullAlarm({ redisUrl: REDIS, everySeconds, name: freshName(), onError }),
  soon: 100 + 400,
};

/** What a careless engineer would write: the control of the promises below. */
const careless: Kind = {
  make(everySeconds) {
    let ring = async () => {};
    let timer: NodeJS.Timeout | undefined;
    return {
      async start(given) {
        ring = given;
        timer = setInterval(() => void ring(), everySeconds * 1000);
        void ring();
      },
      poke: () => void ring(),
      stop: async () => clearInterval(timer),
    };
  },
  soon: 80,
};

const running: Alarm[] = [];

async function started(alarm: Alarm, ring: () => Promise<void>): Promise<Alarm> {
  running.push(alarm);
  await alarm.start(ring);
  return alarm;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((alarm) => alarm.stop()));
});

const redis = redisIsThere();
afterAll(async () => {
  if (redis) await forgetAll();
});

/** The most rings there were at once while it was poked every now and then. */
async function mostAtOnce(kind: Kind): Promise<number> {
  const { seen, ring } = counting(150);
  const alarm = await started(kind.make(1), ring);
  for (let i = 0; i < 20; i += 1, await wait(40)) alarm.poke();
  return seen.most;
}

/** How many rings a hundred pokes at once make. */
async function ringsOfHundred(kind: Kind): Promise<number> {
  const { seen, ring } = counting();
  const alarm = await started(kind.make(600), ring);
  await comesTrue(() => seen.ended > 0, PATIENCE);
  await wait(kind.soon);
  const before = seen.begun;
  for (let i = 0; i < 100; i += 1) alarm.poke();
  await comesTrue(() => seen.begun > before, PATIENCE);
  await wait(kind.soon + 100);
  return seen.begun - before;
}

/** Rings unfinished when `stop` was through, and rings that began after. */
async function afterStop(kind: Kind): Promise<{ unfinished: number; late: number }> {
  const { seen, ring } = counting(300);
  const alarm = await started(kind.make(1), ring);
  await comesTrue(() => seen.now > 0, PATIENCE);
  alarm.poke();
  await alarm.stop();
  const { begun, ended } = seen;
  alarm.poke();
  await wait(1_300);
  return { unfinished: begun - ended, late: seen.begun - begun };
}

describe.each([
  { name: 'embedded', kind: embedded, promise: test },
  { name: 'bull', kind: bull, promise: redis ? test : test.skip },
])('the $name alarm', ({ kind, promise }) => {
  promise('rings when it starts, and then every so often', async () => {
    const [often, seldom] = [counting(), counting()];
    await started(kind.make(1), often.ring);
    await started(kind.make(600), seldom.ring);
    expect(await comesTrue(() => often.seen.begun >= 4 && seldom.seen.begun >= 1, PATIENCE)).toBe(true);
    expect(seldom.seen.begun).toBe(1);
  });

  promise('rings for a poke, long before the next tick', async () => {
    const { seen, ring } = counting();
    const alarm = await started(kind.make(600), ring);
    expect(await comesTrue(() => seen.begun === 1, PATIENCE)).toBe(true);
    for (let poke = 2; poke <= 5; poke += 1, await wait(kind.soon)) {
      alarm.poke();
      expect(await comesTrue(() => seen.begun === poke, PATIENCE)).toBe(true);
    }
  });

  promise('takes a hundred pokes at once for one', async () => {
    expect(await ringsOfHundred(kind)).toBe(1);
  });

  promise('never rings twice at once', async () => {
    expect(await mostAtOnce(kind)).toBe(1);
  });

  promise('follows a ring with one more, however often it was poked meanwhile', async () => {
    let free = () => {};
    const { seen, ring } = counting(
      new Promise<void>((resolve) => {
        free = resolve;
      }),
    );
    const alarm = await started(kind.make(600), ring);
    expect(await comesTrue(() => seen.begun === 1, PATIENCE)).toBe(true);
    for (let i = 0; i < 5; i += 1, await wait(20)) alarm.poke();
    // Each of the pokes has been heard of by now.
    await wait(kind.soon);
    expect(seen.begun).toBe(1);
    free();
    expect(await comesTrue(() => seen.begun === 2, PATIENCE)).toBe(true);
    await wait(kind.soon + 300);
    expect(seen.begun).toBe(2);
  });

  promise('reports what a ring throws, at once or later, and goes on', async () => {
    const errors: string[] = [];
    let rings = 0;
    const ring = (): Promise<void> => {
      rings += 1;
      if (rings === 1) throw new Error('thrown');
      return rings === 2 ? Promise.reject(new Error('rejected')) : Promise.resolve();
    };
    const onError = (error: Error) => void errors.push(error.message);
    const alarm = await started(kind.make(600, onError), ring);
    for (let i = 1; i <= 3; i += 1, alarm.poke()) {
      expect(await comesTrue(() => rings === i, PATIENCE)).toBe(true);
      await wait(kind.soon);
    }
    expect(errors).toEqual(['thrown', 'rejected']);
  });

  promise('ends the ring under way before it has stopped, and rings no more', async () => {
    expect(await afterStop(kind)).toEqual({ unfinished: 0, late: 0 });
  });

  promise('does not mind a poke before its start, or a stop without one', async () => {
    const alarm = kind.make(600);
    alarm.poke();
    await alarm.stop();
  });
});

describe('the control: a careless alarm', () => {
  test('rings twice at once', async () => expect(await mostAtOnce(careless)).toBeGreaterThan(1));
  test('rings for every poke', async () => expect(await ringsOfHundred(careless)).toBe(100));
  test('leaves rings unfinished and rings after its stop', async () => {
    const { unfinished, late } = await afterStop(careless);
    expect(Math.min(unfinished, late)).toBeGreaterThan(0);
  });
});

test('a tick that came while the process was busy rings late, not never', async () => {
  const { seen, ring } = counting();
  await started(embedded.make(3), ring);
  expect(await comesTrue(() => seen.begun === 1, PATIENCE)).toBe(true);
  // Past the moment of the tick and past node-cron's tolerance of a second.
  await wait(2_900 - (Date.now() % 3_000) + (Date.now() % 3_000 > 2_700 ? 3_000 : 0));
  const before = seen.begun;
  for (const end = Date.now() + 1_700; Date.now() < end; );
  // Before the tick that follows.
  expect(await comesTrue(() => seen.begun > before, 1_000)).toBe(true);
});

test.each([
  [1, '*/1 * * * * *'],
  [45, '*/45 * * * * *'],
  [90, '0 */1 * * * *'],
  [600, '0 */10 * * * *'],
])('every %i seconds is no rarer in cron', (seconds, pattern) => expect(cronOf(seconds)).toBe(pattern));

test.each([0, -1, 1.5, 3_600, Number.NaN])('an interval of %d seconds is refused', (seconds) => {
  expect(() => cronOf(seconds)).toThrow(RangeError);
});
