import { areaAt } from './geometry';
import type { Area, Condition, Duty, Matter, Person, Post, Role, Town, Unit, UnitKind } from './types';

/** The town, indexed for the questions that commands ask. Built once for each version of the town. */
export interface Roster {
  town: Town;
  district: Area;
  area(id: string): Area | undefined;
  /** The grid that holds a point (GCJ-02), else the smallest area that does. */
  areaAt(lng: number, lat: number): Area | undefined;
  unit(id: string): Unit | undefined;
  person(userId: string): Person | undefined;
  /** Any matter there ever was: events keep theirs when it is retired. */
  matter(id: string): Matter | undefined;
  /** The matters that a new event may be about. */
  offered: readonly Matter[];
  /** The matter's default condition, or the one named. */
  condition(matterId: string, conditionId?: string | null): Condition | undefined;
  /** All conditions of a matter, its default first. */
  conditions(matterId: string): readonly Condition[];
  /** Its rows of the duty list. */
  duties(matterId: string): readonly Duty[];
  posts(userId: string): Post[];
  /** Active people who hold a role in a unit. */
  staff(unitId: string, role: Role): string[];
  /**
   * Active people who hold a role over exactly this area, by their post or, where it names none, by its unit.
   * A department's people watch over no area.
   */
  staffOfArea(areaId: string, role: Role): string[];
  /** Active people who hold a role anywhere. */
  everyone(role: Role): string[];
  unitsOf(kind: UnitKind): readonly Unit[];
  /** The unit of a kind that governs an area path: nearest ancestor first. */
  governing(kind: UnitKind, areaPath: string): Unit | undefined;
  /** A unit by id, full name, or the only unit whose name contains the words. */
  findUnit(words: string): Unit | undefined;
}

export function rosterOf(town: Town): Roster {
  const active = new Set(town.people.filter((person) => person.active).map((person) => person.userId));
  const posts = town.posts.filter((post) => active.has(post.userId));
  const areas = byKey(town.areas, (area) => area.id);
  const units = byKey(town.units, (unit) => unit.id);
  const people = byKey(town.people, (person) => person.userId);
  const matters = byKey(town.matters, (matter) => matter.id);
  const duties = groupBy(town.duties, (duty) => duty.matterId);
  const postsOf = groupBy(posts, (post) => post.userId);
  const unitStaff = groupBy(posts, (post) => `${post.role}@${post.unitId}`);
  const areaStaff = groupBy(posts, (post) => `${post.role}@${watched(post, units)}`);
  const roleStaff = groupBy(posts, (post) => post.role);
  const unitsOf = groupBy(town.units, (unit) => unit.kind);
  const conditions = groupBy(
    [...town.conditions].sort((a, b) => a.rank - b.rank),
    (condition) => condition.matterId,
  );
  const unitOfArea = byKey(town.units, (unit) => `${unit.kind}@${unit.areaId}`);
  const unitByName = byKey(town.units, (unit) => unit.name);
  const names = (staff: Post[] | undefined) => [...new Set((staff ?? []).map((post) => post.userId))];

  return {
    town,
    district: town.areas.find((area) => area.kind === 'district') ?? NOWHERE,
    area: (id) => areas.get(id),
    areaAt: (lng, lat) => areaAt([lng, lat], town.areas),
    unit: (id) => units.get(id),
    person: (userId) => people.get(userId),
    matter: (id) => matters.get(id),
    offered: town.matters.filter(({ retired }) => !retired),
    condition: (matterId, id) => conditions.get(matterId)?.find((condition) => !id || condition.id === id),
    conditions: (matterId) => conditions.get(matterId) ?? [],
    duties: (matterId) => duties.get(matterId) ?? [],
    posts: (userId) => postsOf.get(userId) ?? [],
    staff: (unitId, role) => names(unitStaff.get(`${role}@${unitId}`)),
    staffOfArea: (areaId, role) => names(areaStaff.get(`${role}@${areaId}`)),
    everyone: (role) => names(roleStaff.get(role)),
    unitsOf: (kind) => unitsOf.get(kind) ?? [],
    governing: (kind, areaPath) =>
      ancestors(areaPath)
        .map((areaId) => unitOfArea.get(`${kind}@${areaId}`))
        .find((unit) => unit !== undefined),
    findUnit: (words) => units.get(words) ?? unitByName.get(words) ?? only(town.units, words),
  };
}

function watched({ unitId, areaId }: Post, units: ReadonlyMap<string, Unit>): string | null {
  const unit = unitId ? units.get(unitId) : undefined;
  return unit?.kind === 'department' ? null : (areaId ?? unit?.areaId ?? null);
}

/** Stands in for the district of an empty town. */
const NOWHERE: Area = {
  id: '',
  kind: 'district',
  name: '',
  parentId: null,
  path: '',
  dedicated: false,
  lng: null,
  lat: null,
  polygon: null,
};

/** Area ids of a path, the nearest first: `/510199/s01/c001` → c001, s01, 510199. */
export function ancestors(areaPath: string): string[] {
  return areaPath.split('/').filter(Boolean).reverse();
}

/** Does `path` lie within `outer`, or equal it? */
export function within(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}/`);
}

function only(units: Unit[], words: string): Unit | undefined {
  const found = words ? units.filter((unit) => unit.name.includes(words)) : [];
  return found.length === 1 ? found[0] : undefined;
}

function byKey<T>(rows: T[], key: (row: T) => string): Map<string, T> {
  return new Map(rows.map((row) => [key(row), row]));
}

function groupBy<T>(rows: T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}
