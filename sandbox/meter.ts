import { chinaDate, type SandboxClock } from './clock';
import type { Faults } from './faults';
import type { Keeper } from './state';
import type { MeterView } from './types';

/** The free plan's month (reference §9.1). */
export const FREE_PLAN = { calls: 5_000, pushes: 3_000 };
/** Calls a second of one app to one API. */
export const QPS = 20;

/** Counts what the platform bills, by China month of the sandbox's clock. */
export interface Meter {
  /** Counts a call of this API; false when the month is used up, and then nothing is counted. */
  call(path: string): boolean;
  push(name: string): boolean;
  view(): MeterView;
}

export function createMeter(
  keeper: Keeper,
  clock: SandboxClock,
  faults: Faults,
  quota: { calls: number; pushes: number },
  changed: () => void,
): Meter {
  const month = () => {
    const key = chinaDate(clock.now()).slice(0, 7);
    keeper.state.months[key] ??= { calls: 0, pushes: 0, byName: {} };
    return { key, counted: keeper.state.months[key] };
  };
  const count = (kind: 'calls' | 'pushes', name: string) => {
    const { counted } = month();
    if (faults.on('over-quota') || counted[kind] >= quota[kind]) return false;
    counted[kind] += 1;
    counted.byName[name] = (counted.byName[name] ?? 0) + 1;
    keeper.touch();
    changed();
    return true;
  };
  return {
    call: (path) => count('calls', path),
    push: (name) => count('pushes', name),
    view() {
      const { key, counted } = month();
      return { month: key, ...counted, callLimit: quota.calls, pushLimit: quota.pushes };
    },
  };
}

/** A token bucket per key, in real time: `rate` at once, refilled at `rate` a second. */
export function createBuckets(rate: number, now: () => number = () => performance.now()): (key: string) => boolean {
  const buckets = new Map<string, { level: number; at: number }>();
  return (key) => {
    const at = now();
    const bucket = buckets.get(key) ?? { level: rate, at };
    const level = Math.min(rate, bucket.level + ((at - bucket.at) / 1000) * rate);
    const taken = level >= 1;
    buckets.set(key, { level: taken ? level - 1 : level, at });
    return taken;
  };
}
