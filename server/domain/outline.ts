/** Boundaries made light for a map: fewer corners, each within `tolerance` degrees of the line they stood on. */

type Point = readonly [number, number];

/** A closed ring stays closed and keeps at least four corners. Coordinates to a metre. */
export function outline(ring: readonly Point[], tolerance: number): [number, number][] {
  if (ring.length < 4) return ring.map(rounded);
  const far = farthest(ring, 0, ring.length - 1).index;
  const kept = [0, ...between(ring, 0, far, tolerance), far, ...between(ring, far, ring.length - 1, tolerance)];
  const few = kept.length < 3 ? ring.map((_, index) => index) : [...kept, ring.length - 1];
  return few.map((index) => rounded(ring[index]!));
}

function rounded([lng, lat]: Point): [number, number] {
  return [Math.round(lng * 1e5) / 1e5, Math.round(lat * 1e5) / 1e5];
}

/** Douglas and Peucker: what stands nearer to the chord than the tolerance is left out. */
function between(ring: readonly Point[], from: number, to: number, tolerance: number): number[] {
  const kept: number[] = [];
  const stretches: [number, number][] = [[from, to]];
  for (let stretch = stretches.pop(); stretch; stretch = stretches.pop()) {
    const { index, distance } = farthest(ring, ...stretch);
    if (distance <= tolerance) continue;
    kept.push(index);
    stretches.push([stretch[0], index], [index, stretch[1]]);
  }
  return kept.sort((a, b) => a - b);
}

function farthest(ring: readonly Point[], from: number, to: number): { index: number; distance: number } {
  let found = { index: from, distance: -1 };
  for (let index = from + 1; index < to; index += 1) {
    const distance = distanceTo(ring[index]!, ring[from]!, ring[to]!);
    if (distance > found.distance) found = { index, distance };
  }
  return found;
}

/** From a point to a stretch. */
function distanceTo([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
