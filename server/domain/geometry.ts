import type { Area } from './types';

/** Points and rings on the ground. `[lng, lat]`, all of one system; a town is small enough to be flat. */

export type Point = readonly [number, number];

const METRES_PER_DEGREE = 111_320;

/** Good to a metre or so within a town. */
export function metresBetween([lng, lat]: Point, [otherLng, otherLat]: Point): number {
  const east = (otherLng - lng) * Math.cos((((lat + otherLat) / 2) * Math.PI) / 180);
  return Math.hypot(east, otherLat - lat) * METRES_PER_DEGREE;
}

/** Crossings of a ray to the east. A point on a side that two rings share lies in one of them only. */
export function isInside([x, y]: Point, ring: readonly Point[]): boolean {
  let inside = false;
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
    const [ax, ay] = ring[at]!;
    const [bx, by] = ring[before]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

const SMALLEST: readonly Area['kind'][] = ['grid', 'community', 'street', 'district'];

/** The smallest kind of area whose ring holds the point; of two grids the dedicated one, which was carved from the other. */
export function areaAt(point: Point, areas: readonly Area[]): Area | undefined {
  const holding = areas.filter(({ polygon }) => polygon !== null && isInside(point, polygon));
  return holding.sort(
    (a, b) => SMALLEST.indexOf(a.kind) - SMALLEST.indexOf(b.kind) || Number(b.dedicated) - Number(a.dedicated),
  )[0];
}
