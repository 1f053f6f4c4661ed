import type { Rung, TaskClock } from './types';

/** Words for figures, shared with the pages: imports no code. */

/** Lowest first. */
export const RUNGS: readonly Rung[] = ['prewarn', 'blue', 'yellow', 'red', 'accountability'];
export const CLOCK_WORDS: Record<TaskClock, string> = { handle: '办理', ack: '签收' };

/** `45 分`, `7.5 小时`, `1,240 小时`, `91.3 万小时`: sums of lateness are read, not reckoned with. */
export function lateWords(minutes: number): string {
  if (Math.abs(minutes) < 60) return `${minutes} 分`;
  const hours = minutes / 60;
  if (Math.abs(hours) >= 10_000) return `${tenths(hours / 10_000)} 万小时`;
  return `${Math.abs(hours) < 100 ? tenths(hours) : grouped(Math.round(hours))} 小时`;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** `12,345` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
