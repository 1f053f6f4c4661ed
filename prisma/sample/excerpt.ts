import { within } from '../../server/domain/roster';
import type { Town } from '../../server/domain/types';

/**
 * A page of the sample district for whoever fills in tables of their own: one street with one community and its grids, the bodies
 * of the district, a person or two for each post. The catalogue of matters and its duties are whole: they are worth starting from.
 */
export function excerptOf(town: Town): Town {
  const [district, street] = ['district', 'street'].map((kind) => town.areas.find((area) => area.kind === kind)!);
  const community = town.areas.find(({ kind, parentId }) => kind === 'community' && parentId === street!.id)!;
  const above = new Set([district!.id, street!.id]);
  const areas = town.areas.filter(({ id, path }) => above.has(id) || within(path, community.path));
  const kept = new Set(areas.map(({ id }) => id));
  const units = town.units.filter(({ areaId }) => kept.has(areaId));
  const posts = town.posts.filter(
    ({ areaId, unitId }) => (!areaId || kept.has(areaId)) && (!unitId || units.some(({ id }) => id === unitId)),
  );
  const holders = new Map(posts.map(({ unitId, areaId, role, userId }) => [`${unitId} ${areaId} ${role}`, userId]));
  const some = new Set(holders.values());
  return {
    ...town,
    areas,
    units,
    posts: posts.filter(({ userId }) => some.has(userId)),
    people: town.people.filter(({ userId }) => some.has(userId)).map((person) => ({ ...person, mobile: null })),
  };
}
