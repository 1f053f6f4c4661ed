import { AREA_KIND_WORDS } from '../domain/area-map';
import { ROLE_WORDS } from '../domain/commands';
import { refuse } from '../domain/refusal';
import type { Roster } from '../domain/roster';
import type { Area, Person, Post, Unit } from '../domain/types';
import { UNIT_KIND_WORDS } from '../domain/unit-table';
import type { Answer } from './contract';
import type { Asked } from './mount';
import { refused } from './problem';

/** People, units and areas as the administrator's lists show them. */

const PAGE = 50;

export function peopleFound(
  roster: Roster,
  { q = '', state, from }: Asked<'GET /api/admin/people'>['query'],
): Answer<'GET /api/admin/people'> {
  const { town } = roster;
  const held = heldBy(town.posts);
  const wanted = q.toLowerCase();
  const found = town.people
    .filter(({ userId, active }) => {
      if (state === 'idle') return active && !held.has(userId);
      return state === undefined || active === (state === 'active');
    })
    .map((person) => viewOf(person, held.get(person.userId) ?? [], roster))
    .filter(({ userId, name, posts }) => {
      const words = [userId, name, ...posts.flatMap(({ roleText, unit, area }) => [roleText, unit, area])];
      return !wanted || words.some((word) => word.toLowerCase().includes(wanted));
    });
  return { count: found.length, people: found.slice(from, from + PAGE) };
}

export function personView(person: Person, roster: Roster) {
  return viewOf(person, heldBy(roster.town.posts).get(person.userId) ?? [], roster);
}

function viewOf({ userId, name, active }: Person, posts: readonly Post[], roster: Roster) {
  return {
    ...{ userId, name, active },
    posts: posts.map(({ role, unitId, areaId }) => ({
      ...{ role, roleText: ROLE_WORDS[role] },
      unit: (unitId && roster.unit(unitId)?.name) || '',
      area: (areaId && roster.area(areaId)?.name) || '',
    })),
  };
}

function heldBy(posts: readonly Post[]): Map<string, Post[]> {
  const held = new Map<string, Post[]>();
  for (const post of posts) held.set(post.userId, [...(held.get(post.userId) ?? []), post]);
  return held;
}

/** Would an event sent here find nobody? */
export function isBare({ id, kind }: Unit, roster: Roster): boolean {
  if (kind === 'discipline' || kind === 'procuratorate') return roster.staff(id, 'oversight').length === 0;
  if (kind === 'centre') return roster.staff(id, 'dispatcher').length === 0;
  return roster.staff(id, 'handler').length === 0 && roster.staff(id, 'leader').length === 0;
}

export function unitsFound(roster: Roster, q: string): Answer<'GET /api/admin/units'> {
  const staff = new Map<string, Set<string>>();
  for (const { userId, unitId } of roster.town.posts)
    if (unitId && roster.person(userId)?.active) staff.set(unitId, (staff.get(unitId) ?? new Set()).add(userId));
  const units = roster.town.units
    .map((unit) => ({
      ...{ id: unit.id, name: unit.name, kindText: UNIT_KIND_WORDS[unit.kind] },
      area: roster.area(unit.areaId)?.name ?? '',
      parent: (unit.parentId && roster.unit(unit.parentId)?.name) || '',
      people: staff.get(unit.id)?.size ?? 0,
      bare: isBare(unit, roster),
    }))
    .filter(({ name, kindText, area }) => !q || [name, kindText, area].some((word) => word.includes(q)));
  return { count: units.length, units: units.slice(0, 500) };
}

/** Errors: an area that there is not. */
export function areaView(roster: Roster, id: string | undefined): Answer<'GET /api/admin/areas'> {
  const area = id ? roster.area(id) : roster.district;
  if (!area) throw refused(refuse('unknown_area'));
  const { areas } = roster.town;
  const named = (each: Area) => ({ id: each.id, name: each.name });
  const above = area.path
    .split('/')
    .filter((each) => each && each !== area.id)
    .flatMap((each) => roster.area(each) ?? []);
  return {
    above: above.map(named),
    area: { ...named(area), kindText: AREA_KIND_WORDS[area.kind], polygon: area.polygon },
    children: areas
      .filter(({ parentId }) => parentId === area.id)
      .map((child) => ({
        ...{ ...named(child), kindText: AREA_KIND_WORDS[child.kind], dedicated: child.dedicated },
        below: areas.filter(({ path }) => path.startsWith(`${child.path}/`)).length,
        workers: areas
          .filter(({ path }) => path === child.path || path.startsWith(`${child.path}/`))
          .reduce((sum, { id: each }) => sum + roster.staffOfArea(each, 'worker').length, 0),
        polygon: child.polygon,
      })),
  };
}
