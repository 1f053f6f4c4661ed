import { DAY } from './clock';
import { metresBetween } from './geometry';
import type { Event, Stage } from './types';

/** “是同一件事吗？”: which open events may be what somebody is about to report. A guess that a person confirms or not. */

/** What is known of the report so far. */
export interface Sighting {
  lng: number | null;
  lat: number | null;
  gridId: string | null;
  /** What it may be about; none while nothing is known. */
  matterIds: readonly string[];
}

export interface Alike {
  event: Event;
  /** Null where the event tells no point. */
  metres: number | null;
}

/** What can still be joined. */
export const GOING_ON: readonly Stage[] = ['filed', 'dispatched', 'handling', 'verifying'];

/** A fix of a phone between houses is good to so many metres; the same matter is the same thing from further away. */
export const CLOSE = 50;
export const NEAR = 200;
const LATELY = 7 * DAY;
const MOST = 3;

/** The likeliest first. */
export function alike(seen: Sighting, events: readonly Event[], now: number): Alike[] {
  return events
    .filter(({ stage }) => GOING_ON.includes(stage))
    .map((event) => ({ event, metres: distance(seen, event) }))
    .filter((each) => isAlike(seen, each, now))
    .sort((a, b) => (a.metres ?? NEAR) - (b.metres ?? NEAR) || b.event.createdAt - a.event.createdAt)
    .slice(0, MOST);
}

function distance({ lng, lat }: Sighting, { place }: Event): number | null {
  if (lng === null || lat === null || place.lng === null || place.lat === null) return null;
  return metresBetween([lng, lat], [place.lng, place.lat]);
}

function isAlike({ gridId, matterIds }: Sighting, { event, metres }: Alike, now: number): boolean {
  const same = event.matterId !== null && matterIds.includes(event.matterId);
  if (metres !== null) return same ? metres <= NEAR : matterIds.length === 0 && metres <= CLOSE;
  return same && gridId !== null && event.gridId === gridId && now - event.createdAt <= LATELY;
}
