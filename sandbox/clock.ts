import { national } from '../server/flow/national';
import type { Keeper } from './state';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** China has one zone and no summer time. */
const CHINA = 8 * HOUR;
const MORNING = 8.5 * HOUR;

/** Real time plus an offset that only grows. */
export interface SandboxClock {
  /** Epoch ms. */
  now(): number;
  advance(ms: number): number;
  onAdvance(listener: () => void): void;
}

export function createClock(keeper: Keeper, changed: () => void): SandboxClock {
  const now = () => Date.now() + keeper.state.offsetMs;
  const listeners = [changed];
  return {
    now,
    advance(ms) {
      keeper.state.offsetMs += Math.max(0, Math.round(ms));
      keeper.touch();
      for (const listener of listeners) listener();
      return now();
    },
    onAdvance(listener) {
      listeners.push(listener);
    },
  };
}

/** China date of an instant: `2026-11-23`. */
export function chinaDate(at: number): string {
  return new Date(at + CHINA).toISOString().slice(0, 10);
}

/** China date and time: `2026-11-23T08:30:00+08:00`. */
export function chinaIso(at: number): string {
  return `${new Date(at + CHINA).toISOString().slice(0, 19)}+08:00`;
}

/** The next 08:30, China time, of a working day; statutory holidays and make-up days counted. */
export function nextWorkingMorning(now: number): number {
  let morning = Math.floor((now + CHINA) / DAY) * DAY - CHINA + MORNING;
  while (morning <= now || !national.isWorkday(chinaDate(morning))) morning += DAY;
  return morning;
}
