import { setTimeout as wait } from 'node:timers/promises';
import { cronOf, embeddedAlarm } from '../../../server/adapters/alarm';
import { bullAlarm } from '../../../server/adapters/bull';
import type { Alarm } from '../../../server/ports';
import { comesTrue, counting, forgetAll, freshName, REDIS, redisIsThere, unexpected } from './redis';

interface Kind {
  make(everySeconds: number, onError?: (error: Error) => void): Alarm;
  /** A poke rings within this many ms: the promise, and what a busy test machine adds. */
  soon: number;
}

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
  await comesTrue(() => seen.ended > 0, 3_000);
  await wait(kind.soon);
  const before = seen.begun;
  for (let i = 0; i < 100; i += 1) alarm.poke();
  await wait(kind.soon + 100);
  return seen.begun - before;
}

/** Rings unfinished when `stop` was through, and rings that began after. */
async function afterStop(kind: Kind): Promise<{ unfinished: number; late: number }> {
  const { seen, ring } = counting(300);
  const alarm = await started(kind.make(1), ring);
  await comesTrue(() => seen.now > 0, 3_000);
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
    const times: number[] = [];
    await started(kind.make(1), async () => void times.push(performance.now()));
    expect(await comesTrue(() => times.length >= 4, 6_000)).toBe(true);
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    expect(Math.max(...gaps)).toBeLessThan(1_700);
  });

  promise('rings soon after a poke', async () => {
    const { seen, ring } = counting();
    const alarm = await started(kind.make(600), ring);
    expect(await comesTrue(() => seen.begun === 1, 3_000)).toBe(true);
    for (let poke = 2; poke <= 5; poke += 1, await wait(kind.soon)) {
      alarm.poke();
      expect(await comesTrue(() => seen.begun === poke, kind.soon)).toBe(true);
    }
  });

  promise('takes a hundred pokes at once for one', async () => {
    expect(await ringsOfHundred(kind)).toBe(1);
  });

  promise('never rings twice at once', async () => {
    expect(await mostAtOnce(kind)).toBe(1);
  });

  promise('follows a ring with one more, however often it was poked meanwhile', async () => {
    const { seen, ring } = counting(400);
    const alarm = await started(kind.make(600), ring);
    await comesTrue(() => seen.begun === 1, 3_000);
    for (let i = 0; i < 5; i += 1, await wait(20)) alarm.poke();
    expect(seen.ended).toBe(0);
    expect(await comesTrue(() => seen.begun === 2, 400 + kind.soon)).toBe(true);
    await wait(700);
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
      expect(await comesTrue(() => rings === i, 3_000)).toBe(true);
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
  await comesTrue(() => seen.begun === 1, 1_000);
  // Past the moment of the tick and past node-cron's tolerance of a second.
  await wait(2_900 - (Date.now() % 3_000) + (Date.now() % 3_000 > 2_700 ? 3_000 : 0));
  const before = seen.begun;
  for (const end = Date.now() + 1_700; Date.now() < end; );
  expect(await comesTrue(() => seen.begun > before, 400)).toBe(true);
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
