import { type Kept, keepFresh, throttle } from '../../../server/adapters/throttle';
import { Retry } from '../../../server/ports';

/** Time that stands still until somebody sleeps. */
function clock() {
  let at = 0;
  const pass = (ms: number): void => {
    at += ms;
  };
  return { now: () => at, sleep: async (ms: number) => pass(ms), pass };
}

/** The most starts that any second sees. */
function busiest(starts: number[]): number {
  return Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1_000).length));
}

describe('Turns', () => {
  async function startsOf(turn: (key: string) => Promise<void>, now: () => number, pass: (ms: number) => void) {
    const starts: number[] = [];
    // Quiet, a burst, a trickle, a burst: what makes buckets overflow.
    for (const [calls, gap] of [
      [15, 0],
      [20, 40],
      [60, 0],
    ] as const) {
      for (let n = 0; n < calls; n += 1) {
        await turn('a');
        starts.push(now());
        pass(gap);
      }
    }
    return starts;
  }

  test('no second sees more than 15 starts of one path, bursts or not', async () => {
    const { now, sleep, pass } = clock();
    const turn = throttle({ perSecond: 15, longestWaitMs: 60_000, now, sleep });
    expect(busiest(await startsOf(turn, now, pass))).toBeLessThanOrEqual(15);
  });

  test('control: a bucket that refills at 15 a second lets more through than the 20 the platform allows', async () => {
    const { now, sleep, pass } = clock();
    let [left, since] = [15, 0];
    const bucket = async () => {
      left = Math.min(15, left + ((now() - since) * 15) / 1_000);
      since = now();
      if (left < 1) await sleep(((1 - left) * 1_000) / 15);
      left -= 1;
    };
    expect(busiest(await startsOf(bucket, now, pass))).toBeGreaterThan(20);
  });

  test('paths do not wait for each other', async () => {
    const { now, sleep } = clock();
    const turn = throttle({ perSecond: 2, longestWaitMs: 60_000, now, sleep });
    for (const path of ['a', 'a', 'b', 'b']) await turn(path);
    expect(now()).toBe(0);
    await turn('a');
    expect(now()).toBe(1_000);
  });

  test('whoever would wait too long is sent away with the time to come back', async () => {
    const turn = throttle({ perSecond: 1, longestWaitMs: 2_500, now: () => 0, sleep: async () => undefined });
    for (let n = 0; n < 3; n += 1) await turn('a');
    await expect(turn('a')).rejects.toBeInstanceOf(Retry);
    await expect(turn('a')).rejects.toMatchObject({ afterMs: 3_000 });
  });
});

describe('A token', () => {
  const LIFE = 7_200_000;

  function source() {
    const time = clock();
    const state = { asked: 0, broken: false };
    const ask = async () => {
      state.asked += 1;
      await Promise.resolve();
      if (state.broken) throw new Error('down');
      return { value: `token ${state.asked}`, lifeMs: LIFE };
    };
    return { ...time, state, ask, kept: keepFresh(ask, { now: time.now, random: () => 0.5 }) };
  }

  /** A hundred calls hold the same dead token, and find out one after the other. */
  async function burst(kept: Kept): Promise<void> {
    const dead = await kept.get();
    const calls = Array.from({ length: 100 }, async (_, n) => {
      for (let wait = 0; wait < n; wait += 1) await Promise.resolve();
      kept.drop(dead);
      await kept.get();
    });
    await Promise.all(calls);
  }

  test('that died is asked for once, however many find out', async () => {
    const { kept, state } = source();
    await burst(kept);
    expect(state.asked).toBe(2);
  });

  test('control: dropping whatever is there asks many times', async () => {
    const { ask, state } = source();
    let value: string | null = null;
    await burst({
      async get() {
        value ??= (await ask()).value;
        return value;
      },
      drop: () => {
        value = null;
      },
    });
    expect(state.asked).toBeGreaterThan(10);
  });

  test('is renewed at about 80 % of its life, before anybody is refused', async () => {
    const { kept, state, pass } = source();
    await kept.get();
    pass(LIFE * 0.79);
    expect(await kept.get()).toBe('token 1');
    pass(LIFE * 0.02);
    expect(await kept.get()).toBe('token 2');
    expect(state.asked).toBe(2);
  });

  test('is used to its end while no new one is to be had, and not beyond', async () => {
    const { kept, state, pass } = source();
    await kept.get();
    state.broken = true;
    pass(LIFE * 0.9);
    expect(await kept.get()).toBe('token 1');
    pass(LIFE * 0.2);
    await expect(kept.get()).rejects.toThrow('down');
    state.broken = false;
    expect(await kept.get()).toMatch(/^token/);
  });
});
