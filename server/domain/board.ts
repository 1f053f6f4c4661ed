import type { Event } from './types';

/** What the boards 今日, 逾期墙 and 地图 count: events, never persons. An event counts by the task of it that is worst. */

/** How high a late event has climbed, by the ladder or by hand: `climbed` of its late tasks, at least blue. Lowest first. */
export const CLIMBS = ['blue', 'yellow', 'red', 'accountability'] as const;
export type Climb = (typeof CLIMBS)[number];

/** Open events of one place or unit. `late` is the sum of the four rungs. */
export type OpenCount = Record<'open' | 'urgent' | 'due' | 'warned' | 'late' | Climb, number>;

export interface BoardTime {
  now: number;
  /** The China day of `now`; what is due later than now and before `dayEnd` is due today. */
  dayStart: number;
  dayEnd: number;
  /** Where the trend begins; a beginning of a day. */
  from: number;
}

export interface DayCount {
  /** Beginning of the China day. */
  day: number;
  reported: number;
  closed: number;
  /** Events of which a clock ran out on that day. */
  overdue: number;
}

export interface Board {
  areas: (OpenCount & { areaPath: string })[];
  /** Events count for each unit with an open task, by that unit's own tasks. */
  units: (OpenCount & { unitId: string })[];
  /** Only days on which something happened. */
  days: DayCount[];
}

/**
 * The events behind one number. open: filed and not over. due: a clock runs out later today. warned: 即将超期, not late yet.
 * Of one China day: reported, closed, overdue (a clock ran out).
 */
export type BoardWhat = 'open' | 'urgent' | 'due' | 'warned' | 'late' | 'reported' | 'closed' | 'overdue';

export interface BoardFilter {
  what: BoardWhat;
  /** With `late`. */
  climb?: Climb;
  areaPath?: string;
  /** Exactly there, and not in an area below. */
  only?: boolean;
  unitId?: string;
  /** With what is of one day. */
  day?: { from: number; to: number };
}

/** A unit with its late events, the longest overdue first; `late` counts those too that were not asked for. */
export interface LateUnit {
  unitId: string;
  late: number;
  events: Event[];
}

/** An event on the map. */
/** Degrees of GCJ-02, borders included. */
export interface MapBox {
  west: number;
  south: number;
  east: number;
  north: number;
}

export interface MapPoint {
  gridId: string | null;
  lng: number | null;
  lat: number | null;
  state: 'open' | 'late' | 'closed';
}

export const NONE: OpenCount = {
  ...{ open: 0, urgent: 0, due: 0, warned: 0, late: 0 },
  ...{ blue: 0, yellow: 0, red: 0, accountability: 0 },
};

export function plus(a: OpenCount, b: OpenCount): OpenCount {
  const sum = { ...NONE };
  for (const key of Object.keys(NONE) as (keyof OpenCount)[]) sum[key] = a[key] + b[key];
  return sum;
}
