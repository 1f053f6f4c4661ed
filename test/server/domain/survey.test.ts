import fc from 'fast-check';
import { areaOf, centreOf, type Point, type Ring, ringFault, survey } from '../../../server/domain/survey';

/** How areas lie to one another, held against what is known without it: the shoelace formula and set arithmetic. */

const RUNS = { numRuns: 150 };

/** A star round a centre: any lengths in order of angle make a border that does not cross itself. */
const star = fc
  .record({
    x: fc.integer({ min: -40, max: 40 }),
    y: fc.integer({ min: -40, max: 40 }),
    rays: fc.array(fc.integer({ min: 3, max: 50 }), { minLength: 3, maxLength: 9 }),
  })
  .map(({ x, y, rays }): Point[] => {
    const points = rays.map((length, index): Point => {
      const angle = (2 * Math.PI * index) / rays.length;
      return [x + length * Math.cos(angle), y + length * Math.sin(angle)];
    });
    return [...points, points[0] as Point];
  });

const box = (west: number, south: number, east: number, north: number): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];
const WORLD = box(-200, -200, 200, 200);
const overlapOf = (a: Ring, b: Ring) => survey(null, [a, b]).overlaps[0]?.[2] ?? 0;

test('an area overlaps itself wholly, and two areas each other equally', () => {
  fc.assert(
    fc.property(star, star, (a, b) => {
      expect(overlapOf(a, a)).toBeCloseTo(areaOf(a), 3);
      expect(overlapOf(a, b)).toBeCloseTo(overlapOf(b, a), 3);
      expect(overlapOf(a, b)).toBeLessThanOrEqual(Math.min(areaOf(a), areaOf(b)) + 1e-3);
    }),
    RUNS,
  );
});

test('what is not covered is the whole less the parts, with what they share counted once', () => {
  fc.assert(
    fc.property(star, star, (a, b) => {
      const { gap, outside } = survey(WORLD, [a, b]);
      expect(gap).toBeCloseTo(areaOf(WORLD) - areaOf(a) - areaOf(b) + overlapOf(a, b), 2);
      expect(outside).toEqual([0, 0]);
    }),
    RUNS,
  );
});

test('what sticks out is the part less what it shares with the whole', () => {
  fc.assert(
    fc.property(star, star, (whole, part) => {
      expect(survey(whole, [part]).outside[0]).toBeCloseTo(areaOf(part) - overlapOf(whole, part), 3);
    }),
    RUNS,
  );
});

test('an area cut in two along any line leaves no gap and no overlap', () => {
  const cut = fc.array(fc.integer({ min: -90, max: 90 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(cut, (bends) => {
      const line = bends.map((x, index): Point => [x, -100 + (200 * index) / (bends.length - 1)]);
      const west: Ring = [[-100, -100], ...line, [-100, 100], [-100, -100]];
      const east: Ring = [[100, -100], ...line, [100, 100], [100, -100]];
      const { gap, outside, overlaps } = survey(box(-100, -100, 100, 100), [west, east]);
      expect(gap).toBeCloseTo(0, 6);
      expect(outside.every((area) => area < 1e-6)).toBe(true);
      expect(overlaps.every(([, , area]) => area < 1e-6)).toBe(true);
    }),
    RUNS,
  );
});

test('control: a part moved by one is found to overlap on one side and to leave a gap on the other', () => {
  const { gap, overlaps } = survey(box(0, 0, 20, 10), [box(0, 0, 11, 10), box(10, 0, 19, 10)]);
  expect(gap).toBeCloseTo(10);
  expect(overlaps).toEqual([[0, 1, expect.closeTo(10)]]);
});

test('a border says what keeps it from being one', () => {
  const good: Ring = box(103.9, 30.8, 104, 30.9);
  expect(ringFault(good)).toBeNull();
  expect(ringFault(good.slice(0, 4))).toContain('闭合');
  expect(ringFault(good.slice(0, 2))).toContain('三个');
  expect(ringFault(good.map(([lng, lat]): Point => [lat, lng]))).toContain('先写经度');
  const bow: Ring = [
    [104, 30],
    [105, 31],
    [105, 30],
    [104, 31],
    [104, 30],
  ];
  expect(ringFault(bow)).toContain('自相交叉');
  const knot: Ring = [
    [104, 30],
    [105, 31],
    [107, 33],
    [107, 30],
    [105, 31],
    [104, 31.5],
    [104, 30],
  ];
  expect(ringFault(knot)).toContain('自相交叉');
  expect(
    ringFault([
      [104, 30],
      [105, 31],
      [104, 30],
      [104, 30],
    ]),
  ).toContain('面积');
  expect(centreOf(box(0, 0, 4, 2))).toEqual([2, 1]);
});

test('a border that touches itself in a point, or leads to a hole and back along the same line, is one', () => {
  const touching: Ring = [
    ...([
      [104, 30],
      [105, 31],
      [106, 30],
      [106, 32],
      [105, 31],
      [104, 32],
      [104, 30],
    ] as const),
  ];
  expect(ringFault(touching)).toBeNull();
  const keyhole: Ring = [
    ...([
      [104, 30],
      [108, 30],
      [108, 34],
      [104, 34],
      [104, 30],
      [105, 31],
      [105, 33],
      [107, 33],
    ] as const),
    ...([
      [107, 31],
      [105, 31],
      [104, 30],
    ] as const),
  ];
  expect(ringFault(keyhole)).toBeNull();
});

test('what crosses is found as by holding each side against every other', () => {
  const corner = fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 1e6 }));
  fc.assert(
    fc.property(fc.array(corner, { minLength: 4, maxLength: 9 }), (corners) => {
      const ring = [...corners, corners[0]!].map(([x, y]): Point => [104 + x / 1e6, 30 + y / 1e6]);
      expect(ringFault(ring) === '边界自相交叉，请在制图软件里修正').toBe(crosses(ring));
    }),
    RUNS,
  );
});

/** Every two sides that share no end: each has the ends of the other on its two hands. */
function crosses(ring: Ring): boolean {
  const hand = ([ax, ay]: Point, [bx, by]: Point, [x, y]: Point) =>
    Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax));
  const sides = ring.slice(1).map((to, at) => [ring[at]!, to] as const);
  return sides.some(([a, b]) =>
    sides.some(([c, d]) => hand(a, b, c) * hand(a, b, d) < 0 && hand(c, d, a) * hand(c, d, b) < 0),
  );
}
