import { Retry } from '../ports';

/** Two ways not to ask the platform more than needed: calls in time, and a secret kept as long as it is good. */

export interface ThrottleOptions {
  /** Starts within any second, per key. */
  perSecond: number;
  /** Whoever would wait longer is sent away with `Retry`: the outbox waits better than a promise does. */
  longestWaitMs: number;
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

/**
 * Waits for a turn. The platform allows 20 calls a second per app and API path (reference §9.2); a sliding window, unlike a
 * bucket that refills while it empties, never lets more than `perSecond` start within a second. Errors: `Retry`.
 */
export function throttle({ perSecond, longestWaitMs, now, sleep }: ThrottleOptions): (key: string) => Promise<void> {
  const turns = new Map<string, number[]>();
  return async (key) => {
    const taken = turns.get(key) ?? [];
    turns.set(key, taken);
    const at = Math.max(now(), (taken.at(-perSecond) ?? Number.NEGATIVE_INFINITY) + 1_000);
    const wait = at - now();
    if (wait > longestWaitMs) throw new Retry(wait, `too many calls of ${key} are waiting`);
    taken.push(at);
    if (taken.length > perSecond) taken.shift();
    if (wait > 0) await sleep(wait);
  };
}

export interface Kept {
  get(): Promise<string>;
  /** The platform did not accept this value; the next `get` asks for another, unless that has happened already. */
  drop(value: string): void;
}

/**
 * Keeps a token or ticket: one request for all who ask at once, a new one at about 80 % of its life, the old one while it is
 * good and a new one is not to be had. Errors: those of `ask`.
 */
export function keepFresh(
  ask: () => Promise<{ value: string; lifeMs: number }>,
  { now, random }: { now(): number; random(): number },
): Kept {
  let kept: { value: string; staleAt: number; deadAt: number } | null = null;
  let asking: Promise<string> | null = null;

  async function renew(): Promise<string> {
    const askedAt = now();
    try {
      const { value, lifeMs } = await ask();
      // A little early or late, so that the processes of a cluster do not all ask at once.
      kept = { value, staleAt: askedAt + lifeMs * (0.75 + random() * 0.1), deadAt: askedAt + lifeMs };
      return value;
    } catch (error) {
      if (kept && now() < kept.deadAt) return kept.value;
      throw error;
    } finally {
      asking = null;
    }
  }

  return {
    async get() {
      if (kept && now() < kept.staleAt) return kept.value;
      asking ??= renew();
      return asking;
    },
    drop(value) {
      if (kept?.value === value) kept = null;
    },
  };
}
