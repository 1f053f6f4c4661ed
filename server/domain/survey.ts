/**
 * How areas lie to one another: how much of the whole no part covers, what sticks out, where two parts overlap. Exact but
 * for rounding: between two neighbouring heights at which nothing begins, ends or crosses, every border is a straight line
 * and none changes places, so the middle of the band speaks for all of it.
 */

export type Point = readonly [number, number];
export type Ring = readonly Point[];

export interface Survey {
  /** Of the whole, covered by no part. */
  gap: number;
  /** Of each part, outside of the whole. */
  outside: number[];
  /** `[i, j, area]` with i < j. */
  overlaps: [number, number, number][];
}

interface Edge {
  /** Which ring: 0 the whole, from 1 the parts. */
  of: number;
  /** The lower end first. */
  from: Point;
  to: Point;
}

/** In the square of the coordinates' own unit. Without a whole there is no gap, and nothing is outside. */
export function survey(whole: Ring | null, parts: readonly Ring[]): Survey {
  const edges = [whole ?? [], ...parts].flatMap(edgesOf).sort((a, b) => a.from[1] - b.from[1]);
  const found = { gap: 0, outside: parts.map(() => 0), pairs: new Map<string, number>() };
  const heights = heightsOf(edges);
  let active: Edge[] = [];
  let next = 0;
  for (let at = 1; at < heights.length; at += 1) {
    const [low, high] = [heights[at - 1] ?? 0, heights[at] ?? 0];
    const middle = (low + high) / 2;
    for (let edge = edges[next]; edge && edge.from[1] <= low; edge = edges[next]) {
      active.push(edge);
      next += 1;
    }
    active = active.filter(({ to }) => to[1] > middle);
    readBand(active, middle, high - low, whole !== null, found);
  }
  const overlaps = [...found.pairs].map(([pair, area]): [number, number, number] => {
    const [i = 0, j = 0] = pair.split(' ').map(Number);
    return [i, j, area];
  });
  return { gap: found.gap, outside: found.outside, overlaps };
}

function edgesOf(ring: Ring, of: number): Edge[] {
  return ring.slice(1).flatMap((to, index): Edge[] => {
    const from = ring[index];
    if (!from || from[1] === to[1]) return [];
    return [from[1] < to[1] ? { of, from, to } : { of, from: to, to: from }];
  });
}

/** Every height at which a border begins, ends or crosses another. */
function heightsOf(edges: readonly Edge[]): number[] {
  const heights = edges.flatMap(({ from, to }) => [from[1], to[1]]);
  let active: Edge[] = [];
  for (const edge of edges) {
    active = active.filter(({ to }) => to[1] > edge.from[1]);
    for (const other of active) {
      const height = crossing(edge, other);
      if (height !== null) heights.push(height);
    }
    active.push(edge);
  }
  return [...new Set(heights)].sort((a, b) => a - b);
}

function crossing(a: Edge, b: Edge): number | null {
  const low = Math.max(a.from[1], b.from[1]);
  const high = Math.min(a.to[1], b.to[1]);
  if (!(high > low)) return null;
  const below = xAt(a, low) - xAt(b, low);
  const above = xAt(a, high) - xAt(b, high);
  return below * above < 0 ? low + ((high - low) * below) / (below - above) : null;
}

function xAt({ from, to }: Edge, y: number): number {
  return from[0] + ((to[0] - from[0]) * (y - from[1])) / (to[1] - from[1]);
}

function readBand(
  active: readonly Edge[],
  middle: number,
  height: number,
  hasWhole: boolean,
  found: { gap: number; outside: number[]; pairs: Map<string, number> },
): void {
  const borders = active.map((edge) => ({ of: edge.of, x: xAt(edge, middle) })).sort((a, b) => a.x - b.x);
  const inside = new Set<number>();
  for (const [index, { of, x }] of borders.entries()) {
    if (!inside.delete(of)) inside.add(of);
    const area = ((borders[index + 1]?.x ?? x) - x) * height;
    if (area <= 0 || inside.size === 0) continue;
    const parts = [...inside].filter((each) => each > 0).sort((a, b) => a - b);
    if (inside.has(0) && parts.length === 0) found.gap += area;
    for (const [place, part] of parts.entries()) {
      if (hasWhole && !inside.has(0)) found.outside[part - 1] = (found.outside[part - 1] ?? 0) + area;
      for (const other of parts.slice(place + 1)) {
        const pair = `${part - 1} ${other - 1}`;
        found.pairs.set(pair, (found.pairs.get(pair) ?? 0) + area);
      }
    }
  }
}

/** In the square of the coordinates' own unit. */
export function areaOf(ring: Ring): number {
  let sum = 0;
  for (let at = 1; at < ring.length; at += 1) {
    const [a, b] = [ring[at - 1], ring[at]];
    if (a && b) sum += a[0] * b[1] - b[0] * a[1];
  }
  return Math.abs(sum) / 2;
}

/** The centre of gravity; the first corner of a ring without any area. */
export function centreOf(ring: Ring): Point {
  const [x0, y0] = ring[0] ?? [0, 0];
  let [sum, x, y] = [0, 0, 0];
  for (let at = 1; at < ring.length; at += 1) {
    const [ax, ay] = ring[at - 1] ?? [0, 0];
    const [bx, by] = ring[at] ?? [0, 0];
    const cross = (ax - x0) * (by - y0) - (bx - x0) * (ay - y0);
    sum += cross;
    x += (ax + bx - 2 * x0) * cross;
    y += (ay + by - 2 * y0) * cross;
  }
  return sum === 0 ? [x0, y0] : [x0 + x / (3 * sum), y0 + y / (3 * sum)];
}

/** What keeps a ring from being a border, in Chinese; null when it is one. */
export function ringFault(ring: Ring, most = 2_000): string | null {
  const [first, last] = [ring[0], ring[ring.length - 1]];
  if (ring.length < 4 || !first || !last) return '边界至少要有三个不同的点';
  if (first[0] !== last[0] || first[1] !== last[1]) return '边界没有闭合，最后一点要与第一点相同';
  if (ring.length > most) return `边界的点太多（${ring.length} 个），请简化到 ${most} 个以内`;
  if (ring.some(([lng, lat]) => !(lng >= 70 && lng <= 140 && lat >= 0 && lat <= 60)))
    return '坐标不在中国境内；GeoJSON 里先写经度、后写纬度，单位是度';
  if (crossesItself(ring)) return '边界自相交叉，请在制图软件里修正';
  return areaOf(ring) === 0 ? '边界围不出面积' : null;
}

function crossesItself(ring: Ring): boolean {
  const edges = ring.slice(1).map((to, at) => edgeOf(ring[at] ?? to, to));
  let active: Side[] = [];
  // By height, so that each is held against its neighbours only: a map of many rings must not hold up everybody else.
  for (const edge of edges.sort((a, b) => a.low - b.low)) {
    active = active.filter(({ high }) => high >= edge.low);
    if (active.some((other) => meet(edge, other) && cross(edge.from, edge.to, other.from, other.to))) return true;
    active.push(edge);
  }
  return crossesInPoint(ring);
}

interface Side extends Pick<Edge, 'from' | 'to'> {
  low: number;
  high: number;
  west: number;
  east: number;
}

function edgeOf(from: Point, to: Point): Side {
  const [low, high] = from[1] < to[1] ? [from[1], to[1]] : [to[1], from[1]];
  const [west, east] = from[0] < to[0] ? [from[0], to[0]] : [to[0], from[0]];
  return { from, to, low, high, west, east };
}

function meet(a: Side, b: Side): boolean {
  return a.west <= b.east && b.west <= a.east;
}

/** Two ways through one corner that change sides there; ways that only touch, or run back along each other, do not. */
function crossesInPoint(ring: Ring): boolean {
  const corners = ring.slice(1).filter(([x, y], at) => x !== ring[at]?.[0] || y !== ring[at]?.[1]);
  const first = new Map<string, number>();
  return corners.some((corner, at) => {
    const before = first.get(String(corner));
    if (before === undefined) first.set(String(corner), at);
    return before !== undefined && changesSides(corners, before, at);
  });
}

function changesSides(corners: Ring, one: number, other: number): boolean {
  const [x0, y0] = corners[one] ?? [0, 0];
  const towards = (at: number) => {
    const [x, y] = corners[(at + corners.length) % corners.length] ?? [x0, y0];
    return Math.atan2(y - y0, x - x0);
  };
  const start = towards(one - 1);
  const turn = (angle: number) => (angle - start + 2 * Math.PI) % (2 * Math.PI);
  const [out, from, to] = [towards(one + 1), towards(other - 1), towards(other + 1)].map(turn);
  if (out === undefined || from === undefined || to === undefined) return false;
  const apart = from !== 0 && to !== 0 && from !== out && to !== out;
  return apart && from < out !== to < out;
}

function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

function side([ax, ay]: Point, [bx, by]: Point, [px, py]: Point): number {
  return Math.sign((bx - ax) * (py - ay) - (by - ay) * (px - ax));
}
