import type { ClockType } from './types';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** China has one zone and no summer time; the server's own zone is never asked. */
const CHINA = 8 * HOUR;

/** A stretch of a working day, `[from, to)` in minutes after midnight: `[480, 720]`. */
export type Session = readonly [number, number];

/** One day of a calendar: when it is worked, or why it is not (`周六`, `国庆节`, `台风停工`). */
export interface DayPlan {
  sessions: readonly Session[];
  why: string;
}

export interface Calendar {
  /** `day` counts the days of China since 1970-01-01 (see `dayOf`). */
  plan(day: number): DayPlan;
  /** Have the holidays of this year been published? Deadlines in other years stand on weekends alone. */
  published(year: number): boolean;
}

/** Days of China since 1970-01-01. */
export function dayOf(at: number): number {
  return Math.floor((at + CHINA) / DAY);
}

/** The day of a China date: `2026-11-23`. */
export function dayOfDate(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY;
}

/** Epoch ms of midnight, China time, that begins a day. */
export function startOf(day: number): number {
  return day * DAY - CHINA;
}

/** China date of an instant: `2026-11-23`. */
export function dateOf(at: number): string {
  return new Date(at + CHINA).toISOString().slice(0, 10);
}

/** China year of an instant. */
export function yearOf(at: number): number {
  return new Date(at + CHINA).getUTCFullYear();
}

/** China time of day of an instant: `08:30`. */
export function timeOf(at: number): string {
  return new Date(at + CHINA).toISOString().slice(11, 16);
}

/** Epoch ms of midnight, China time, of the day that `at` falls in. */
export function dayStart(at: number): number {
  return startOf(dayOf(at));
}

/** The instant of a China date and time of day (`2026-11-23`, `08:30`). */
export function instant(date: string, time: string): number {
  return Date.parse(`${date}T${time}:00Z`) - CHINA;
}

/** Ten years without work are no calendar: `calendarFaults` keeps such ones out. */
const MOST_IDLE_DAYS = 3_660;

/** Working ms between two instants; 0 when `to` comes first. */
export function workingBetween(from: number, to: number, calendar: Calendar): number {
  let worked = 0;
  const last = dayOf(to);
  for (let day = dayOf(from); day <= last; day += 1) {
    const midnight = startOf(day);
    for (const [opens, closes] of calendar.plan(day).sessions)
      worked += Math.max(0, Math.min(to, midnight + closes * MINUTE) - Math.max(from, midnight + opens * MINUTE));
  }
  return worked;
}

/**
 * The earliest instant by which `ms` of working time have passed since `start`; `start` itself when none has to.
 * Errors: a calendar in which nobody works for ten years; `ms` that is no finite number.
 */
export function afterWorking(start: number, ms: number, calendar: Calendar): number {
  if (ms <= 0) return start;
  let left = ms;
  const first = dayOf(start);
  for (let day = first, worked = first; left < Number.POSITIVE_INFINITY && day - worked < MOST_IDLE_DAYS; day += 1) {
    const midnight = startOf(day);
    for (const [opens, closes] of calendar.plan(day).sessions) {
      const from = Math.max(start, midnight + opens * MINUTE);
      const open = midnight + closes * MINUTE - from;
      if (open <= 0) continue;
      if (left <= open) return from + left;
      left -= open;
      worked = day;
    }
  }
  throw new Error(`no end of ${ms} ms of working time from ${dateOf(start)}`);
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

/** Ms of a limit's own time between two instants: all of them, or the working ones. */
export function spent(from: number, to: number, continuous: boolean, calendar: Calendar): number {
  return continuous ? Math.max(0, to - from) : workingBetween(from, to, calendar);
}

/** The earliest instant by which `ms` of a limit's own time have passed since `start`. */
export function after(start: number, ms: number, continuous: boolean, calendar: Calendar): number {
  return continuous ? start + Math.max(0, ms) : afterWorking(start, ms, calendar);
}
