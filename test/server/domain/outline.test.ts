import fc from 'fast-check';
import { outline } from '../../../server/domain/outline';

const corners: [number, number][] = [
  [104, 30],
  [104.01, 30],
  [104.01, 30.01],
  [104, 30.01],
];
const closed = (ring: [number, number][]): [number, number][] => [...ring, ring[0]!];

/** Each side cut into many pieces, all on the line but for `shake` degrees. */
function fine(shake: number): [number, number][] {
  return closed(
    corners.flatMap(([x, y], side) => {
      const [toX, toY] = corners[(side + 1) % 4]!;
      return Array.from({ length: 50 }, (_, step): [number, number] => {
        const off = step % 2 === 0 ? 0 : shake;
        return [x + ((toX - x) * step) / 50 + off, y + ((toY - y) * step) / 50 - off];
      });
    }),
  );
}

test('what stands on the line is left out, what says something stays', () => {
  expect(outline(fine(0.000_001), 0.00002)).toEqual(closed(corners));
  // Control: a boundary with real corners keeps them.
  expect(outline(fine(0.001), 0.00002).length).toBeGreaterThan(150);
});

test('an outline is closed, has at least three corners, and takes all of them from the boundary', () => {
  const degrees = fc.integer({ min: 0, max: 300 }).map((n) => 104 + n / 1e5);
  const ring = fc.array(fc.tuple(degrees, degrees), { minLength: 3, maxLength: 40 }).map(closed);
  fc.assert(
    fc.property(ring, (given) => {
      const made = outline(given, 0.00005);
      expect(made[0]).toEqual(made.at(-1));
      expect(made.length).toBeGreaterThanOrEqual(4);
      for (const corner of made) expect(given.map(String)).toContain(String(corner));
    }),
    { seed: 20261126, numRuns: 300 },
  );
});
