import { sandboxContacts } from '../../prisma/sample/contacts';
import { sampleTown } from '../../prisma/sample/sample';
import { calendarFaults } from '../../server/domain/calendar';
import { type Roster, rosterOf } from '../../server/domain/roster';
import { dispatchers, handlers, supervisors } from '../../server/domain/routing';
import type { Area } from '../../server/domain/types';

const town = sampleTown();
const roster: Roster = rosterOf(town);
const of = (kind: Area['kind']) => town.areas.filter((area) => area.kind === kind);

/** Shoelace formula, in square degrees. */
function size(ring: [number, number][]): number {
  const sum = ring.slice(1).reduce((total, [x, y], index) => total + (ring[index]![0] * y - x * ring[index]![1]), 0);
  return Math.abs(sum / 2);
}

function contains(ring: [number, number][], [x, y]: [number, number]): boolean {
  return ring.slice(1).reduce((inside, [bx, by], index) => {
    const [ax, ay] = ring[index]!;
    const crosses = ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax;
    return crosses ? !inside : inside;
  }, false);
}

test('the district has the size of the founding document', () => {
  expect([of('district'), of('street'), of('community'), of('grid')].map(({ length }) => length)).toEqual([
    1, 14, 195, 638,
  ]);
  expect(of('grid').filter(({ dedicated }) => dedicated)).toHaveLength(34);
  expect(town.units.filter(({ kind }) => kind === 'department')).toHaveLength(15);
  expect(town.posts.filter(({ role }) => role === 'worker')).toHaveLength(638);
  expect(town.people.length).toBeGreaterThanOrEqual(1000);
  expect(town.matters.length).toBeGreaterThanOrEqual(60);
});

test('it is the same district every time', () => {
  expect(sampleTown()).toEqual(town);
});

test('every reference leads somewhere, and every name of an area is its own', () => {
  const known = new Set([...town.areas, ...town.units, ...town.matters, ...town.conditions].map(({ id }) => id));
  const named = [
    ...town.areas.map(({ parentId }) => parentId),
    ...town.units.flatMap(({ areaId, parentId }) => [areaId, parentId]),
    ...town.posts.flatMap(({ unitId, areaId }) => [unitId, areaId]),
    ...town.duties.flatMap((duty) => [duty.matterId, duty.conditionId, duty.leadUnitId, ...duty.assistUnitIds]),
    ...town.calendars.map(({ areaId }) => areaId),
  ];
  expect(named.filter((id) => id !== null && !known.has(id))).toEqual([]);
  expect(new Set(town.areas.map(({ name }) => name)).size).toBe(town.areas.length);
  expect(new Set(town.people.map(({ userId }) => userId)).size).toBe(town.people.length);
});

test('children tile their parent: no gap, no overlap, and each centre lies inside', () => {
  for (const parent of town.areas.filter(({ kind }) => kind !== 'grid')) {
    const children = town.areas.filter(({ parentId }) => parentId === parent.id);
    const covered = children.reduce((sum, { polygon }) => sum + size(polygon!), 0);
    expect(covered / size(parent.polygon!)).toBeCloseTo(1, 3);
    for (const child of children) {
      const centre: [number, number] = [child.lng!, child.lat!];
      expect(children.filter(({ polygon }) => contains(polygon!, centre)).map(({ id }) => id)).toEqual([child.id]);
    }
  }
});

/** Points of the district that lie in no grid, or in several. */
function unclear(areas: Area[]): number {
  const outer = areas.find(({ kind }) => kind === 'district')!.polygon!;
  const grids = areas.filter(({ kind }) => kind === 'grid');
  const west = Math.min(...outer.map(([lng]) => lng));
  const south = Math.min(...outer.map(([, lat]) => lat));
  // Steps that share no measure with the tiling, so that no point falls on a boundary.
  const points = Array.from({ length: 1_500 }, (_, i): [number, number] => [
    west + 0.27 * ((i * Math.SQRT2) % 1),
    south + 0.18 * ((i * Math.sqrt(3)) % 1),
  ]).filter((point) => contains(outer, point));
  expect(points.length).toBeGreaterThan(1_000);
  return points.filter((point) => grids.filter(({ polygon }) => contains(polygon!, point)).length !== 1).length;
}

test('every point of the district lies in exactly one grid, also round a dedicated one', () => {
  expect(unclear(town.areas)).toBe(0);
});

test('the control: with some grids drawn a little to the east, points are unclear', () => {
  const shifted = town.areas.map((area, index) =>
    area.kind === 'grid' && index % 10 === 0
      ? { ...area, polygon: area.polygon!.map(([lng, lat]): [number, number] => [lng + 0.002, lat]) }
      : area,
  );
  expect(unclear(shifted)).toBeGreaterThan(0);
});

test('boundaries are closed rings, and paths are those of the parents', () => {
  for (const { id, polygon, path, parentId } of town.areas) {
    expect(polygon!.at(-1)).toEqual(polygon![0]);
    expect(path).toBe(`${parentId ? roster.area(parentId)!.path : ''}/${id}`);
  }
});

test('every unit that can be sent a task has somebody to handle it, somebody to lead, and somebody above', () => {
  for (const unit of town.units.filter(({ kind }) => ['community', 'street', 'department', 'centre'].includes(kind))) {
    expect({
      unit: unit.id,
      manned: handlers(unit.id, roster).length > 0 && roster.staff(unit.id, 'leader').length > 0,
    }).toEqual({ unit: unit.id, manned: true });
  }
  for (const grid of of('grid')) {
    expect(dispatchers(grid.path, roster)).toHaveLength(1);
    expect(supervisors(grid.path, roster)).toHaveLength(1);
  }
});

test('one street keeps a calendar of its own, which could be enacted as it stands', () => {
  expect(town.calendars.map(({ areaId }) => roster.area(areaId)?.kind)).toEqual(['street']);
  expect(calendarFaults(town.calendars, town.areas, [], '2026-11-23')).toEqual([]);
  const [fair] = town.calendars.flatMap(({ rules }) => rules);
  expect(fair).toMatchObject({ kind: 'closed', reason: expect.stringContaining('赶场') });
});

test('the sandbox gets everybody, with a title, and a group for each street', () => {
  const { people, groups } = sandboxContacts(town);
  expect(people).toHaveLength(town.people.length);
  expect(people[0]?.title).toBe('网格员 · 红光社区第一网格');
  expect(groups).toHaveLength(14);
});
