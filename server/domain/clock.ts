import type { ClockType } from './types';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** China has one zone and no summer time; the server's own zone is never asked. */
const CHINA = 8 * HOUR;

export interface Calendar {
  /** Sessions of a working day, in minutes after midnight: `[[480, 720], [840, 1080]]`. */
  sessions: readonly (readonly [number, number])[];
  /** Is this China date (`2026-11-23`) worked? Holidays and make-up days decided. */
  isWorkday(date: string): boolean;
}

/** China date of an instant: `2026-11-23`. */
export function dateOf(at: number): string {
  return new Date(at + CHINA).toISOString().slice(0, 10);
}

/** China time of day of an instant: `08:30`. */
export function timeOf(at: number): string {
  return new Date(at + CHINA).toISOString().slice(11, 16);
}

/** Epoch ms of midnight, China time, of the day that `at` falls in. */
export function dayStart(at: number): number {
  return Math.floor((at + CHINA) / DAY) * DAY - CHINA;
}

/** The instant of a China date and time of day (`2026-11-23`, `08:30`). */
export function instant(date: string, time: string): number {
  return Date.parse(`${date}T${time}:00Z`) - CHINA;
}

/** Working stretches `[from, to)` in epoch ms, from `at` on, endless. */
function* stretches(at: number, calendar: Calendar): Generator<[number, number]> {
  for (let midnight = dayStart(at); ; midnight += DAY) {
    if (!calendar.isWorkday(dateOf(midnight))) continue;
    for (const [opens, closes] of calendar.sessions) {
      const from = Math.max(at, midnight + opens * MINUTE);
      const to = midnight + closes * MINUTE;
      if (from < to) yield [from, to];
    }
  }
}

/** The instant when `minutes` of working time have passed since `start`. */
export function afterWorking(start: number, minutes: number, calendar: Calendar): number {
  let left = minutes * MINUTE;
  for (const [from, to] of stretches(start, calendar)) {
    if (left <= to - from) return from + left;
    left -= to - from;
  }
  throw new Error('unreachable: working time is endless');
}

/** Minutes of one unit of a clock, and whether they run day and night (reference/domain.md §2.3). */
const UNITS: Record<ClockType, { minutes: number; continuous: boolean }> = {
  urgent_hour: { minutes: 60, continuous: true },
  work_hour: { minutes: 60, continuous: false },
  work_day: { minutes: 480, continuous: false },
  natural_day: { minutes: 1440, continuous: true },
};

export interface Limit {
  minutes: number;
  continuous: boolean;
}

/** A condition's limit in minutes of its clock. */
export function limitOf(clock: ClockType, value: number): Limit {
  const unit = UNITS[clock];
  return { minutes: unit.minutes * value, continuous: unit.continuous };
}

/** The instant when `share` of a limit has been used, counted from `start`. */
export function dueAt(start: number, limit: Limit, calendar: Calendar, share = 1): number {
  const minutes = limit.minutes * share;
  return limit.continuous ? start + minutes * MINUTE : afterWorking(start, minutes, calendar);
}
